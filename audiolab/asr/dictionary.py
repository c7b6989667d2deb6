"""A person's dictionary as a plain text file: words and phrases, their pronunciations, how likely they are.

    # a comment
    Inverashiel <TAB> ɪ n v ə ɹ ʃ i l <TAB> IH2 N V ER0 AE1 SH IY0 L <TAB> 2
    New Lanark

Fields stand apart by tabs, or by two or more spaces. First comes the word or phrase as it is to be written; then
any number of pronunciations of a word, in IPA or in the ARPABET of the CMU dictionary; a number is the boost. A
word may have several lines, also as ``WORD(2)``.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from audiolab.asr.aligning.pronounce import can_be_said, default_pronouncer
from audiolab.asr.lexicon import Pronunciation
from audiolab.asr.phones import model_vocabulary, read_pronunciation
from audiolab.core.errors import MediaError
from audiolab.core.userwords import LARGEST_BOOST, MOST_WORDS, DictionaryRow, UserWord, UserWords, united

LONGEST = 10
"""Words of a phrase."""

_HEADING = (
    "# A word or phrase, its pronunciations (IPA or ARPABET), a boost (how many powers of ten likelier it is).\n"
    "# Tabs stand between them.\n"
)
_VARIANT = re.compile(r"\(\d+\)$")


class EntryError(ValueError):
    """Something cannot be an entry of a dictionary.

    Args:
        reason: what is wrong with it, without a full stop.
        remedy: what to do about it, as a clause.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason[0].upper()}{reason[1:]}; {remedy}.")


def read_dictionary(path: Path, boost: float = 0.0) -> UserWords:
    """The entries of a file.

    Args:
        path: of the file.
        boost: of entries that do not say theirs.

    Raises:
        MediaError: it cannot be read, or a line of it cannot be understood.
    """
    found: list[UserWord] = []
    for number, row in read_rows(path, boost):
        try:
            found.append(entry_of(row))
        except EntryError as error:
            raise MediaError(path, f"line {number}: {error.reason}", error.remedy) from None
    return united(found)


def read_rows(path: Path, boost: float = 0.0) -> list[tuple[int, DictionaryRow]]:
    """What stands in a file with the numbers of the lines, right or wrong; see `read_dictionary`.

    Raises:
        MediaError: the file cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MediaError(path, f"cannot be read ({error.strerror})", "give the file of the words") from None
    except UnicodeDecodeError:
        raise MediaError(path, "is no text", "save it as plain text in UTF-8") from None
    rows: list[tuple[int, DictionaryRow]] = []
    comments = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if line.lstrip().startswith(("#", ";;;")):
            comments += f"{line}\n"
            continue
        rows.append((number, _row(line, boost, comments)))
        comments = ""
    if len(rows) > MOST_WORDS:
        raise MediaError(path, f"has {len(rows)} entries", f"leave at most {MOST_WORDS}")
    return rows


def dictionary_text(rows: Iterable[DictionaryRow]) -> str:
    """What `read_rows` reads as the same rows."""
    lines = [row.above + "\t".join((row.word, *row.spoken, f"{row.boost:g}")) for row in rows]
    heading = "" if lines and lines[0].startswith("#") else _HEADING
    return heading + "".join(f"{line}\n" for line in lines)


def entry_of(row: DictionaryRow) -> UserWord:
    """The entry that was typed.

    Raises:
        EntryError: it cannot be one.
    """
    units = row.word.split()
    if not units:
        raise EntryError("there is no word", "type one")
    if len(units) > LONGEST:
        raise EntryError(f"a phrase has {len(units)} words", f"leave at most {LONGEST}")
    if not 0.0 <= row.boost <= LARGEST_BOOST:
        raise EntryError(f"the boost {row.boost:g} is too large or negative", f"choose 0 to {LARGEST_BOOST:g}")
    if len(units) > 1 and row.spoken:
        raise EntryError("a phrase has no pronunciation of its own", "give each word of it a line with its own")
    forms = tuple(dict.fromkeys(map(_pronunciation, row.spoken)))
    for unit in units:
        if not forms and not can_be_said(unit):
            raise EntryError(f"{unit!r} cannot be pronounced as English", "add its pronunciation")
    return UserWord(" ".join(units), forms, row.boost)


def suggested(word: str) -> tuple[Pronunciation, ...]:
    """Pronunciations of a word as the lexicon and as its spelling has them; may take a second at first.

    Raises:
        ModelError: the lexicon is missing or damaged.
    """
    vocabulary = model_vocabulary()
    forms = default_pronouncer(vocabulary).searched(word)
    return tuple(tuple(vocabulary[label] for label in form) for form in forms)


def _row(line: str, boost: float, above: str) -> DictionaryRow:
    word, *fields = re.split(r"\t+| {2,}", line.strip())
    spoken = []
    for field in filter(None, map(str.strip, fields)):
        if (number := _number(field)) is not None:
            boost = number
        else:
            spoken.append(field)
    return DictionaryRow(_VARIANT.sub("", word), tuple(spoken), boost, above)


def _pronunciation(typed: str) -> Pronunciation:
    try:
        return read_pronunciation(typed)
    except ValueError as error:
        said = f"{str(error)!r} is no phone" if str(error) else "a pronunciation is empty"
        raise EntryError(said, "write IPA, or ARPABET as in the CMU dictionary") from None


def _number(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None
