"""English words for numbers as they are written: cardinals, ordinals, years, decimals, money, clock times."""

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_LARGEST = 10 ** (3 * len(_SCALES))
_LONGEST_CODE = 4
"""Digits up to which a number may also be read one by one: room 204, extension 1010."""

_MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
}

_CARDINAL = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_ORDINAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)")
_DECIMAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d*)\.(\d+)")
_DECADE = re.compile(r"['’]?(\d*0)['’]?s")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_AMOUNT = re.compile(r"([$€£])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d\d))?")
_FRACTION = re.compile(r"(\d+)/(\d+)")

Spoken = tuple[str, ...]
"""Words as they are said."""


def cardinal(number: int) -> Spoken:
    """How many: 1,205 is one thousand two hundred five.

    Raises:
        ValueError: it is negative or has no name here.
    """
    if not 0 <= number < _LARGEST:
        raise ValueError(f"no name for {number}")
    if number < 20:
        return (_ONES[number],)
    words: list[str] = []
    for power in range(len(_SCALES) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            words += _hundreds(group)
            words += [_SCALES[power]] if power else []
    return tuple(words)


def _hundreds(number: int) -> list[str]:
    words = [_ONES[number // 100], "hundred"] if number >= 100 else []
    rest = number % 100
    if rest >= 20:
        words.append(_TENS[rest // 10])
        rest %= 10
    return [*words, _ONES[rest]] if rest else words


def ordinal(number: int) -> Spoken:
    """Which one: 21 is twenty first.

    Raises:
        ValueError: it is negative or has no name here.
    """
    *before, last = cardinal(number)
    named = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return (*before, named)


def _with_and(words: Spoken) -> Spoken | None:
    """As in Britain: two hundred and five."""
    if "hundred" not in words[:-1]:
        return None
    place = len(words) - 1 - words[::-1].index("hundred")
    follows = words[place + 1 : place + 2]
    return (*words[: place + 1], "and", *words[place + 1 :]) if follows and follows[0] not in _SCALES else None


def _digits(text: str) -> list[Spoken]:
    """One digit after the other, with both names of zero."""
    plain = tuple(_ONES[int(digit)] for digit in text)
    return [plain, tuple("oh" if word == "zero" else word for word in plain)] if "0" in text else [plain]


def _pairs(text: str) -> list[Spoken]:
    """Four digits as two numbers: 1984 is nineteen eighty four, 1905 nineteen oh five, 1900 nineteen hundred."""
    first, second = int(text[:2]), int(text[2:])
    if first < 10:
        return []
    if second == 0:
        return [(*cardinal(first), "hundred")] if first % 10 else []
    return [(*cardinal(first), *(("oh",) if second < 10 else ()), *cardinal(second))]


def _of_number(text: str) -> list[Spoken]:
    number = int(text.replace(",", ""))
    readings = _pairs(text) if len(text) == 4 and text.isdigit() else []
    if number < _LARGEST and not (len(text) > 1 and text[0] == "0"):
        plain = cardinal(number)
        readings += [plain]
        readings += [reading for reading in (_with_and(plain),) if reading]
        if plain[0] == "one" and plain[1:2] and plain[1] in ("hundred", *_SCALES[1:]):
            readings.append(("a", *plain[1:]))
    if text.isdigit() and (len(text) <= _LONGEST_CODE or not readings or text[0] == "0"):
        readings += _digits(text)
    return readings


def _of_amount(sign: str, whole: str, part: str | None) -> list[Spoken]:
    one, many, small_one, small_many = _MONEY[sign]
    number, small = int(whole.replace(",", "")), int(part or 0)
    if number >= _LARGEST:
        return []
    unit = one if number == 1 else many
    if not small:
        return [(*reading, unit) for reading in _of_number(whole)]
    named = (*cardinal(number), unit)
    cents = (*cardinal(small), small_one if small == 1 else small_many)
    short = (*cardinal(number), *cardinal(small))
    full = [(*named, "and", *cents), (*named, *cents), (*named, *cardinal(small)), short]
    return [cents, *full] if number == 0 else full


def _of_clock(hours: int, minutes: int) -> list[Spoken]:
    hour = cardinal(hours)
    if minutes == 0:
        return [(*hour, "o'clock"), hour, (*hour, "hundred")]
    return [(*hour, *(("oh",) if minutes < 10 else ()), *cardinal(minutes))]


def _of_decade(text: str) -> list[Spoken]:
    readings = _of_number(text)
    return [(*before, f"{last[:-1]}ies" if last.endswith("y") else f"{last}s") for *before, last in readings]


def _of_fraction(above: int, below: int) -> list[Spoken]:
    readings = [(*cardinal(above), middle, *cardinal(below)) for middle in ("over", "slash")]
    if (above, below) == (1, 2):
        return [("one", "half"), ("a", "half"), *readings]
    if below > 2:
        *before, last = ordinal(below)
        readings.insert(0, (*cardinal(above), *before, last if above == 1 else f"{last}s"))
    return readings


def spoken_number(text: str) -> list[Spoken]:
    """Ways to say a number as it is written, the likeliest first; none where `text` is no number.

    Args:
        text: without space and with the signs that belong to it: ``"1,205"``, ``"21st"``, ``"$3.50"``, ``"10:30"``.
    """
    if len(text) > 40 or not (text.isascii() or text[0] in "€£’"):
        return []
    text = text.lower()
    readings: list[Spoken] = []
    if _CARDINAL.fullmatch(text):
        readings = _of_number(text)
    elif found := _ORDINAL.fullmatch(text):
        number = int(found[1].replace(",", ""))
        readings = [ordinal(number)] if number < _LARGEST else []
    elif found := _AMOUNT.fullmatch(text):
        readings = _of_amount(found[1], found[2], found[3])
    elif found := _CLOCK.fullmatch(text):
        readings = _of_clock(int(found[1]), int(found[2]))
    elif found := _DECIMAL.fullmatch(text):
        whole = _of_number(found[1])[:2] if found[1] else [(), ("zero",)]
        readings = [(*before, "point", *after) for before in whole for after in _digits(found[2])]
    elif found := _DECADE.fullmatch(text):
        readings = _of_decade(found[1])
    elif found := _FRACTION.fullmatch(text):
        above, below = int(found[1]), int(found[2])
        readings = _of_fraction(above, below) if max(above, below) < 1000 else []
    return list(dict.fromkeys(readings))
