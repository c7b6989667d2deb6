"""A person's dictionary as a plain text file: words and phrases, their pronunciations, how likely they are.

    # a comment
    Inverashiel <TAB> ɪ n v ə ɹ ʃ i l <TAB> IH2 N V ER0 AE1 SH IY0 L <TAB> 2
    New Lanark

Fields stand apart by tabs, or by two or more spaces. First comes the word or phrase as it is to be written; then
any number of pronunciations of a word, in IPA or in the ARPABET of the CMU dictionary; a number is the boost. A
word may have several lines, also as ``WORD(2)``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from audiolab.asr.aligning.pronounce import can_be_said
from audiolab.asr.lexicon import Pronunciation
from audiolab.asr.phones import read_pronunciation, written
from audiolab.core.errors import MediaError
from audiolab.core.userwords import LARGEST_BOOST, UserWord, UserWords

MOST = 10_000
"""Entries; more than a person knows by heart."""

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
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MediaError(path, f"cannot be read ({error.strerror})", "give the file of the words") from None
    except UnicodeDecodeError:
        raise MediaError(path, "is no text", "save it as plain text in UTF-8") from None
    found: list[UserWord] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found += parsed_line(line, boost)
        except EntryError as error:
            raise MediaError(path, f"line {number}: {error.reason}", error.remedy) from None
    words = united(found)
    if len(words) > MOST:
        raise MediaError(path, f"has {len(words)} words", f"leave at most {MOST}")
    return words


def parsed_line(line: str, boost: float) -> Iterator[UserWord]:
    """The entry of one line, if it has one.

    Raises:
        EntryError: it cannot be understood.
    """
    text, *fields = re.split(r"\t+| {2,}", line.strip())
    if not text or text.startswith(("#", ";;;")):
        return
    pronunciations: list[Pronunciation] = []
    for field in filter(None, map(str.strip, fields)):
        if (number := _number(field)) is not None:
            boost = number
        else:
            pronunciations.append(pronunciation(field))
    yield checked(UserWord(_VARIANT.sub("", text), tuple(dict.fromkeys(pronunciations)), boost))


def pronunciation(typed: str) -> Pronunciation:
    """The phones that a person typed.

    Raises:
        EntryError: something in it is no phone.
    """
    try:
        return read_pronunciation(typed)
    except ValueError as error:
        said = f"{str(error)!r} is no phone" if str(error) else "a pronunciation is empty"
        raise EntryError(said, "write IPA, or ARPABET as in the CMU dictionary") from None


def checked(word: UserWord) -> UserWord:
    """The entry with single spaces, if it can be one.

    Raises:
        EntryError: it cannot.
    """
    units = word.text.split()
    if not units:
        raise EntryError("there is no word", "type one")
    if len(units) > LONGEST:
        raise EntryError(f"a phrase has {len(units)} words", f"leave at most {LONGEST}")
    if not 0.0 <= word.boost <= LARGEST_BOOST:
        raise EntryError(f"the boost {word.boost:g} is too large or negative", f"choose 0 to {LARGEST_BOOST:g}")
    if len(units) > 1 and word.pronunciations:
        raise EntryError("a phrase has no pronunciation of its own", "give each word of it a line with its own")
    if not word.pronunciations:
        for unit in units:
            if not can_be_said(unit):
                raise EntryError(f"{unit!r} cannot be pronounced as English", "add its pronunciation")
    return UserWord(" ".join(units), word.pronunciations, word.boost)


def united(words: list[UserWord]) -> UserWords:
    """One entry for each word, with all its pronunciations and the highest boost."""
    result: dict[str, UserWord] = {}
    for word in words:
        known = result.get(word.text, word)
        forms = tuple(dict.fromkeys((*known.pronunciations, *word.pronunciations)))
        result[word.text] = UserWord(word.text, forms, max(known.boost, word.boost))
    return tuple(result.values())


def dictionary_text(words: UserWords) -> str:
    """What `read_dictionary` reads as the same entries."""
    lines = ("\t".join((word.text, *map(written, word.pronunciations), f"{word.boost:g}")) for word in words)
    return _HEADING + "".join(f"{line}\n" for line in lines)


def _number(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None
