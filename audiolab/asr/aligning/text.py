"""Text as it was typed, split into words that can be said; what is shown is never changed."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, product

from audiolab.asr.aligning.numbers import Spoken, spoken_number
from audiolab.core.timebase import TimeSpan

_ABBREVIATIONS = {
    "mr.": ("mister",), "mrs.": ("missus",), "ms.": ("miz",), "dr.": ("doctor", "drive"),
    "prof.": ("professor",), "st.": ("saint", "street"), "jr.": ("junior",), "sr.": ("senior",),
    "vs.": ("versus",), "etc.": ("et cetera",), "e.g.": ("for example", "e g"), "i.e.": ("that is", "i e"),
    "no.": ("number", "no"), "fig.": ("figure",), "approx.": ("approximately",), "ave.": ("avenue",),
    "dept.": ("department",), "gen.": ("general",), "col.": ("colonel",), "lt.": ("lieutenant",),
    "capt.": ("captain",), "sgt.": ("sergeant",), "gov.": ("governor",), "rev.": ("reverend",),
    "jan.": ("january",), "feb.": ("february",), "aug.": ("august",), "sept.": ("september",),
    "oct.": ("october",), "nov.": ("november",), "dec.": ("december",), "mt.": ("mount",),
    "inc.": ("incorporated",), "ltd.": ("limited",), "co.": ("company",), "km": ("kilometers",),
    "cm": ("centimeters",),
    "mm": ("millimeters",), "kg": ("kilograms",), "hz": ("hertz",), "khz": ("kilohertz",),
    "db": ("decibels", "d b"), "mph": ("miles per hour",), "km/h": ("kilometers per hour",), "ok": ("okay",),
}  # fmt: skip
"""Said in full; whoever reads them aloud may also say the letters."""

_SIGNS = {
    "&": ("and",), "+": ("plus",), "=": ("equals", "is"), "@": ("at",), "%": ("percent",), "°": ("degrees",),
    "×": ("times",), "÷": ("divided by",), "#": ("number", "hash"), "<": ("less than",), ">": ("greater than",),
    "/": ("slash", "or", ""), "§": ("section",),
}  # fmt: skip

_UNITS = re.compile(r"([$€£]?[\d.,:/]*\d)([^\W\d_]+|[%°])")
_PARTS = re.compile(r"\w+(?:['’]\w+)*(?:['’](?!\w))?|[&+=@%°×÷#<>/§]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
"""Scripts that are written without spaces (Thai, Lao, Burmese, Khmer, kana, Han): each character is a unit."""

_DASHES = re.compile(r"(?<=\w[^\w\s])[—–…](?=\w)|(?<=\w)(?:[—–…]|--|\.\.\.)(?=[\w\"“‘'’])")
"""Signs that part words without a space; they stay with the word before them. Numbers keep their ranges."""

_LONGEST_ACRONYM = 5
_MOST_READINGS = 16
"""Of a unit of several parts."""

_ACRONYMS = re.compile(r"([A-Z]{2,5})['’]?s")
"""In the plural, or in the genitive."""


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of a text.

    Attributes:
        text: as it was typed, with its punctuation.
        place: characters of the text.
        spoken: ways to say it, each a sequence of words in lower case; none where nothing of it can be said.
    """

    text: str
    place: TimeSpan
    spoken: tuple[Spoken, ...]


def words_of(text: str) -> tuple[TextWord, ...]:
    """The words of `text` in order; punctuation that stands alone belongs to the word before it (or the first)."""
    words: list[TextWord] = []
    opening: int | None = None
    for place in _units(text):
        typed = text[place.start : place.stop]
        spoken = readings(typed)
        if not spoken and not any(character.isalnum() for character in typed):
            if words:
                words[-1] = _word(text, TimeSpan(words[-1].place.start, place.stop), words[-1].spoken)
            elif opening is None:
                opening = place.start
            continue
        start = place.start if opening is None else opening
        opening = None
        words.append(_word(text, TimeSpan(start, place.stop), spoken))
    return tuple(words)


def _word(text: str, place: TimeSpan, spoken: tuple[Spoken, ...]) -> TextWord:
    return TextWord(text[place.start : place.stop], place, spoken)


def said_in(text: str) -> Spoken:
    """The likeliest way to say `text`, all of it."""
    return tuple(word for written in words_of(text) for word in (written.spoken or ((),))[0])


def _units(text: str) -> Iterator[TimeSpan]:
    """What stands between white space; in scripts without spaces, each character with the marks behind it."""
    for chunk in re.finditer(r"\S+", text):
        start = chunk.start()
        for found in _DASHES.finditer(chunk[0]):
            yield TimeSpan(start, chunk.start() + found.end())
            start = chunk.start() + found.end()
        for found in _UNSPACED.finditer(chunk[0]):
            at = chunk.start() + found.start()
            if at > start and not unicodedata.category(text[at]).startswith("M"):
                yield TimeSpan(start, at)
                start = at
        yield TimeSpan(start, chunk.end())


def readings(typed: str) -> tuple[Spoken, ...]:
    """Ways to say one unit of text, the likeliest first."""
    bare = unicodedata.normalize("NFC", typed).strip('"“”„«»()[]{}<>,;!?…*_~|-–—‘')
    lower = bare.lower().replace("’", "'")
    if lower in _ABBREVIATIONS:
        return tuple(tuple(reading.split()) for reading in _ABBREVIATIONS[lower])
    trimmed = lower.rstrip(".:'")
    if trimmed in _ABBREVIATIONS:
        return tuple(tuple(reading.split()) for reading in _ABBREVIATIONS[trimmed])
    numbers = spoken_number(trimmed.removeprefix("-")) if trimmed else []
    if numbers:
        minus = ("minus",) if typed.startswith(("-", "−")) else ()
        return tuple((*minus, *reading) for reading in numbers)
    if found := _UNITS.fullmatch(trimmed):
        numbers = spoken_number(found[1])
        unit = readings(found[2])
        if numbers and unit:
            return tuple((*number, *unit[0]) for number in numbers)
    return _of_parts(bare.rstrip(".:"))


def _of_parts(bare: str) -> tuple[Spoken, ...]:
    """Words joined by hyphens, slashes and the like, one after the other."""
    # Letters with a point behind each are said as letters.
    initials = re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", bare)
    if initials:
        return (tuple(bare.lower().replace(".", "")),)
    options = [_of_part(part) for part in _PARTS.findall(bare.replace("_", " "))]
    joined = (tuple(chain.from_iterable(chosen)) for chosen in islice(product(*options), _MOST_READINGS))
    return tuple(dict.fromkeys(reading for reading in joined if reading))


def _of_part(part: str) -> list[Spoken]:
    if part in _SIGNS:
        return [tuple(reading.split()) for reading in _SIGNS[part]]
    lower = part.lower().replace("’", "'").strip("'")
    numbers = spoken_number(lower)
    if numbers:
        return numbers
    mixed = re.findall(r"\d+|[^\W\d_][\w']*?(?=\d|$)", lower)
    if len(mixed) > 1:
        return [tuple(word for piece in mixed for word in (spoken_number(piece) or [(piece,)])[0])]
    if found := _ACRONYMS.fullmatch(part):
        *letters, last = list(found[1].lower())
        return [(*letters, f"{last}'s"), (lower,)]
    if part.isupper() and 1 < len(part) <= _LONGEST_ACRONYM and part.isascii():
        return [(lower,), tuple(lower)]
    return [(lower,)]
