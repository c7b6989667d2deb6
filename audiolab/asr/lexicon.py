"""Words and how they are pronounced, in the phones of the default model.

A word has the pronunciations of the CMU dictionary that comes with ``pocketsphinx``, mapped to IPA, and the form
that the model's own grapheme-to-phoneme conversion gives it: the model was trained on such forms, some of which no
dictionary has (resources/asr/g2p-en.tsv.gz).
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from audiolab import paths
from audiolab.asr.packages import package_file
from audiolab.core.errors import ModelError

Pronunciation = tuple[str, ...]
Lexicon = Mapping[str, tuple[Pronunciation, ...]]

IPA: dict[str, Pronunciation] = {
    phone: tuple(symbols.split())
    for phone, symbols in {
        "AA": "ɑ", "AE": "æ", "AH": "ə", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "t͡ʃ", "D": "d",
        "DH": "ð", "EH": "ɛ", "ER": "ɝ", "EY": "eɪ", "F": "f", "G": "g", "HH": "h", "IH": "ɪ", "IY": "i",
        "JH": "d͡ʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ",
        "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z",
        "ZH": "ʒ",
    }.items()
}  # fmt: skip
"""ARPAbet phones of the dictionary in the model's symbols, each the one that its forms have most often.

AH is both the vowel of 'the' and that of 'cut'. Both symbols for each AH would find no more words than one: the
model's own forms tell them apart.
"""

_DICTIONARY = "model/en-us/cmudict-en-us.dict"
_VARIANT = re.compile(r"\(\d+\)$")


def sources() -> tuple[Path, Path]:
    """The files that a lexicon is made of.

    Raises:
        ModelError: the dictionary is missing.
    """
    return package_file("pocketsphinx", _DICTIONARY), _forms_file()


def load_lexicon(vocabulary: Iterable[str], *, known_only: bool = True) -> dict[str, tuple[Pronunciation, ...]]:
    """Words with their pronunciations, the dictionary's first, without repetition.

    Args:
        vocabulary: symbols of the model; pronunciations with any other are left out.
        known_only: only words that the language model knows; no others would a search ever choose.

    Raises:
        ModelError: the dictionary or the resource is missing or damaged.
    """
    symbols = frozenset(vocabulary)
    converted = dict(_converted())
    lexicon: dict[str, list[Pronunciation]] = {}
    for word, form in chain(_dictionary(), converted.items()):
        if known_only and word not in converted:
            continue
        kept = lexicon.setdefault(word, [])
        if form and form not in kept and symbols.issuperset(form):
            kept.append(form)
    return {word: tuple(forms) for word, forms in lexicon.items() if forms}


def _dictionary() -> list[tuple[str, Pronunciation]]:
    path = package_file("pocketsphinx", _DICTIONARY)
    try:
        entries = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
        return [
            (_VARIANT.sub("", word), tuple(symbol for phone in phones for symbol in IPA[phone]))
            for word, *phones in entries
        ]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path.name}: it cannot be read; reinstall the package pocketsphinx.") from error


def _forms_file() -> Path:
    return paths.resource_root() / "asr" / "g2p-en.tsv.gz"


def _converted() -> list[tuple[str, Pronunciation]]:
    path = _forms_file()
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            entries = (line.rstrip("\n").split("\t") for line in file)
            return [(word, tuple(phones.split())) for word, phones in entries]
    except (OSError, ValueError, EOFError) as error:
        raise ModelError(f"{path.name}: it cannot be read; reinstall Audiolab.") from error
