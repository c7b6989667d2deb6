"""How the words of a text are pronounced, in the phones of the default model.

Known words have the pronunciations of the lexicon. Others get the form that the model's own grapheme-to-phoneme
network gives them, where its native library runs (Linux, macOS), and elsewhere one by letter-to-sound rules, which
is a guess.
"""

import importlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from audiolab.asr.align import Form
from audiolab.asr.aligning.numbers import Spoken
from audiolab.asr.aligning.text import readings
from audiolab.asr.lexicon import Lexicon, Pronunciation
from audiolab.asr.wholelexicon import whole_lexicon
from audiolab.core.userwords import UserWord, UserWords

_MOST_FORMS = 12
"""Pronunciations of a unit of text, at most: numbers with several readings have hundreds."""

_RULES: tuple[tuple[str, str], ...] = (
    ("tion", "ʃ ə n"), ("sion", "ʒ ə n"), ("igh", "aɪ"), ("tch", "t͡ʃ"), ("dge", "d͡ʒ"), ("sch", "ʃ"),
    ("ough", "oʊ"), ("augh", "ɔ"), ("eau", "oʊ"), ("ch", "t͡ʃ"), ("sh", "ʃ"), ("th", "θ"), ("ph", "f"),
    ("wh", "w"), ("ck", "k"), ("ng", "ŋ"), ("qu", "k w"), ("kn", "n"), ("wr", "ɹ"), ("gh", "g"), ("ee", "i"),
    ("ea", "i"), ("oo", "u"), ("ou", "aʊ"), ("ow", "oʊ"), ("oi", "ɔɪ"), ("oy", "ɔɪ"), ("ai", "eɪ"), ("ay", "eɪ"),
    ("ey", "i"), ("ie", "i"), ("ei", "aɪ"), ("au", "ɔ"), ("aw", "ɔ"), ("oa", "oʊ"), ("ew", "u"), ("ue", "u"),
    ("er", "ɝ"), ("ir", "ɝ"), ("ur", "ɝ"), ("ar", "ɑ ɹ"), ("or", "ɔ ɹ"), ("ce", "s ɛ"), ("ci", "s ɪ"),
    ("cy", "s i"), ("ge", "d͡ʒ ɛ"), ("a", "æ"), ("b", "b"), ("c", "k"), ("d", "d"), ("e", "ɛ"), ("f", "f"),
    ("g", "g"), ("h", "h"), ("i", "ɪ"), ("j", "d͡ʒ"), ("k", "k"), ("l", "l"), ("m", "m"), ("n", "n"), ("o", "ɑ"),
    ("p", "p"), ("q", "k"), ("r", "ɹ"), ("s", "s"), ("t", "t"), ("u", "ʌ"), ("v", "v"), ("w", "w"), ("x", "k s"),
    ("y", "i"), ("z", "z"),
)  # fmt: skip
"""Letters and what they mostly stand for in English, the longer ones first."""

_HISSING = frozenset({"s", "z", "ʃ", "ʒ", "t͡ʃ", "d͡ʒ"})
_VOICELESS = frozenset({"p", "t", "k", "f", "θ"})
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "th", "þ": "th", "ı": "i"}


@dataclass(frozen=True, slots=True)
class Pronounced:
    """How a unit of text may sound.

    Attributes:
        forms: as classes of the model; none where it cannot be said in its language.
        guessed: whether letter-to-sound rules had to do.
    """

    forms: tuple[Form, ...]
    guessed: bool


class Pronouncer:
    """Gives words their pronunciations; each unknown word is worked out once.

    Args:
        lexicon: known words.
        vocabulary: symbol of each class of the model.
        convert: grapheme-to-phoneme conversion of a word of the letters a to z; None for the installed one.
        own: a person's pronunciations, which come before all others; only those of single words.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Sequence[str],
        convert: Callable[[str], Pronunciation] | None = None,
        own: UserWords = (),
    ) -> None:
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._own = _by_reading(own)
        self._classes = {symbol: index for index, symbol in enumerate(vocabulary)}
        self._convert = convert
        self._spelled: dict[str, Pronunciation] = {}
        self._found: dict[str, tuple[tuple[Pronunciation, ...], bool]] = {}

    def knowing(self, own: UserWords) -> "Pronouncer":
        """The same with a person's pronunciations."""
        return Pronouncer(self._lexicon, self._vocabulary, self._converted, own) if own else self

    def pronounced(self, spoken: Iterable[Spoken]) -> Pronounced:
        """All ways to say a unit of text, of which `spoken` are the readings."""
        forms: dict[Form, None] = {}
        guessed = False
        for reading in spoken:
            words = self._of_reading(reading)
            if not all(variants for variants, _ in words):
                continue
            guessed |= any(guess for _, guess in words)
            for parts in islice(product(*(variants for variants, _ in words)), _MOST_FORMS):
                forms[tuple(self._classes[symbol] for part in parts for symbol in part)] = None
        return Pronounced(tuple(islice(forms, _MOST_FORMS)), guessed)

    def searched(self, unit: str) -> tuple[Form, ...]:
        """All ways to say a unit of text that a search should look for.

        Those of the dictionary, and for one word the form by its spelling: the model was trained on such forms.
        """
        spoken = readings(unit)
        forms = dict.fromkeys(self.pronounced(spoken).forms)
        if len(spoken) == 1 and len(spoken[0]) == 1 and (letters := _letters(spoken[0][0])):
            forms[self._form(self._converted(letters))] = None
        return tuple(form for form in forms if form)

    def _form(self, pronunciation: Pronunciation) -> Form:
        return tuple(self._classes[symbol] for symbol in pronunciation)

    def _of_reading(self, reading: Spoken) -> list[tuple[tuple[Pronunciation, ...], bool]]:
        if len(reading) > 1 and (own := self._own.get(reading)):
            return [(own, False)]
        return [self.word(word) for word in reading]

    def word(self, word: str) -> tuple[tuple[Pronunciation, ...], bool]:
        """Pronunciations of one word in lower case, and whether they are a guess."""
        if word not in self._found:
            self._found[word] = self._worked_out(word)
        return self._found[word]

    def _worked_out(self, word: str) -> tuple[tuple[Pronunciation, ...], bool]:
        if own := self._own.get((word,)):
            return tuple(dict.fromkeys((*own, *self._lexicon.get(word, ())))), False
        if word in self._lexicon:
            return self._lexicon[word], False
        plain = _plain(word)
        if plain in self._lexicon:
            return self._lexicon[plain], False
        if found := re.fullmatch(r"(.+)'s|(.+s)'", plain):
            if found[2]:
                return self.word(found[2])
            variants, guessed = self.word(found[1])
            return tuple((*variant, _ending(variant[-1])) for variant in variants), guessed
        letters = _letters(word)
        if not letters:
            return (), False
        if letters in self._lexicon:
            return self._lexicon[letters], False
        converted = self._converted(letters)
        return ((converted,), False) if converted else ((self._known(by_rule(letters)),), True)

    def _converted(self, letters: str) -> Pronunciation:
        """What the network says; nothing where it does not run."""
        if self._convert is None:
            self._convert = _native()
        if letters not in self._spelled:
            self._spelled[letters] = self._known(self._convert(letters))
        return self._spelled[letters]

    def _known(self, form: Iterable[str]) -> Pronunciation:
        return tuple(symbol for symbol in form if symbol in self._classes)


@cache
def default_pronouncer(vocabulary: tuple[str, ...]) -> Pronouncer:
    """The one for a model with these classes, with all words of the dictionary.

    Raises:
        ModelError: the lexicon is missing or damaged.
    """
    return Pronouncer(whole_lexicon(vocabulary), vocabulary)


def by_rule(letters: str) -> Pronunciation:
    """A pronunciation of a word of the letters a to z by the commonest correspondences of English."""
    if len(letters) > 3 and letters[-1] == "e" and letters[-2] not in "aeiou":
        letters = letters[:-1]
    sounds: list[str] = []
    at = 0
    while at < len(letters):
        if at and letters[at] == letters[at - 1] and letters[at] not in "aeiou":
            at += 1
            continue
        graph, phones = next(rule for rule in _RULES if letters.startswith(rule[0], at))
        sounds += phones.split()
        at += len(graph)
    return tuple(sounds)


def _ending(last: str) -> str:
    """The phone of a genitive or plural after `last`; a hiss takes a vowel that the network hardly says."""
    return "z" if last in _HISSING or last not in _VOICELESS else "s"


def can_be_said(unit: str) -> bool:
    """Whether there is some English pronunciation of a unit of text."""
    return any(all(map(_letters, reading)) for reading in readings(unit))


def _by_reading(words: UserWords) -> dict[Spoken, tuple[Pronunciation, ...]]:
    """Pronunciations by the words that a unit of text is read as; that of 'GPT-4' is that of 'gpt four'."""
    return {readings(word.text)[0]: word.pronunciations for word in words if _has_own(word)}


def _has_own(word: UserWord) -> bool:
    return bool(word.pronunciations and readings(word.text))


def _letters(word: str) -> str:
    """The letters a to z that a word is said by; empty where it has others."""
    letters = _plain(word).replace("'", "")
    return letters if re.fullmatch("[a-z]+", letters) else ""


def _plain(word: str) -> str:
    """Without accents and with letters that English has."""
    apart = unicodedata.normalize("NFKD", word.replace("’", "'"))
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return "".join(_LETTERS.get(character, character) for character in bare)


def _native() -> Callable[[str], Pronunciation]:
    """The package's own conversion; one that says nothing where its library does not run."""
    try:
        model = importlib.import_module("hama").G2PModel()
    except (ImportError, OSError, RuntimeError):
        return lambda _letters: ()

    def convert(letters: str) -> Pronunciation:
        try:
            return tuple(step.phoneme for step in model(letters).alignments)
        except RuntimeError:
            return ()

    return convert
