"""The phones of the default model, and how a person may write a pronunciation: IPA or ARPABET."""

import json
import re
import unicodedata
from functools import cache
from itertools import chain
from string import ascii_uppercase

from audiolab.asr.lexicon import IPA, Pronunciation
from audiolab.asr.packages import package_file
from audiolab.core.errors import ModelError

_MARKS = str.maketrans("", "", "ˈˌ'.ː·|/[]")
"""Stress, length, syllables and brackets, which are no sounds."""

_VARIANTS = {
    "ɡ": "g", "r": "ɹ", "ɚ": "ɝ", "ɜ": "ɝ", "ɜɹ": "ɝ", "ɜr": "ɝ", "əɹ": "ɝ", "ər": "ɝ", "əʊ": "oʊ", "ɒ": "ɑ",
    "ɫ": "l", "ʍ": "w", "tʃ": "t͡ʃ", "ʧ": "t͡ʃ", "dʒ": "d͡ʒ", "ʤ": "d͡ʒ",
}  # fmt: skip
"""Other ways to write English sounds, and the symbol that the model's own forms have for them."""

_DIGIT = re.compile(r"\d$")
"""Stress in ARPABET."""

_LONG = frozenset(_VARIANTS) | {symbol for form in IPA.values() for symbol in form}
"""What is looked for in IPA without spaces; the model has symbols of other languages, such as 'ju', besides."""


@cache
def model_vocabulary() -> tuple[str, ...]:
    """The symbol of each class of the default model: phones, the word boundary, the blank.

    Raises:
        ModelError: the package that has them is missing or damaged.
    """
    path = package_file("hama", "assets/g2p_vocab.json")
    try:
        symbols = json.loads(path.read_text(encoding="utf-8"))["decoder"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path.name}: it cannot be read; reinstall the package hama.") from error
    return tuple(chain(symbols, ("<wb>", "<blank>")))


@cache
def _phones() -> frozenset[str]:
    """The classes that are sounds; among the others are tones, signs and Chinese numerals."""
    return frozenset(symbol for symbol in model_vocabulary() if symbol[0].isalpha() and symbol[0] < "\u2000")


def read_pronunciation(typed: str) -> Pronunciation:
    """The phones that a person typed: IPA, with or without spaces, or ARPABET as in the CMU dictionary.

    Raises:
        ValueError: its text is what in `typed` is no phone, or is empty where nothing was typed.
    """
    parts = typed.split()
    arpabet = [_DIGIT.sub("", part).upper() for part in parts]
    if any(map(_only_arpabet, parts)) and all(part in IPA for part in arpabet):
        return tuple(symbol for part in arpabet for symbol in IPA[part])
    phones = tuple(phone for part in parts for phone in _split(part))
    if not phones:
        raise ValueError("")
    return phones


def written(pronunciation: Pronunciation) -> str:
    """A pronunciation as `read_pronunciation` reads it."""
    return " ".join(pronunciation)


def _only_arpabet(part: str) -> bool:
    """Whether it cannot be IPA: small letters can be both, but two of them must be a phone."""
    return part[0].isupper() or part[-1].isdigit() or (len(part) > 1 and part.isascii() and part not in _phones())


def _split(part: str) -> list[str]:
    """The phones of `part`: one, or several that were written without spaces."""
    rest = unicodedata.normalize("NFC", part).translate(_MARKS)
    if rest in _phones():
        return [_VARIANTS.get(rest, rest)]
    if part[0] in ascii_uppercase:
        if (arpabet := _DIGIT.sub("", part)) in IPA:
            return list(IPA[arpabet])
        raise ValueError(part)
    phones = []
    while rest:
        symbol = next((rest[:length] for length in (3, 2, 1) if _begins(rest[:length])), None)
        if symbol is None:
            raise ValueError(rest[0] if rest[0].isalpha() else part)
        phones.append(_VARIANTS.get(symbol, symbol))
        rest = rest[len(symbol) :]
    return phones


def _begins(symbol: str) -> bool:
    return symbol in _LONG or (len(symbol) == 1 and symbol in _phones())
