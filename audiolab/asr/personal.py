"""What the search for words needs, with a person's own words beside those of the language model."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from audiolab.asr.align import Form
from audiolab.asr.aligning.pronounce import Pronouncer
from audiolab.asr.aligning.text import readings
from audiolab.asr.biasing import BiasedModel, Phrase, PhraseBias
from audiolab.asr.decoder_data import DecoderData
from audiolab.asr.ngram import with_unknown_words
from audiolab.asr.prefix_tree import PrefixTree
from audiolab.asr.tree_growth import Spoken, grown
from audiolab.core.userwords import UserWord, UserWords

UNKNOWN = -6.6
"""Log-probability (base 10) of a word that the language model does not know: the median of those that it knows."""


@dataclass(frozen=True, slots=True, eq=False)
class PersonalData:
    """As `DecoderData`, with a person's words.

    Attributes:
        model: with the boosts; ids of words that it did not know follow the others.
        tree: all pronunciations.
    """

    model: BiasedModel
    tree: PrefixTree
    _data: DecoderData
    _texts: dict[int, str]
    _forms: dict[int, list[Form]]

    def text(self, word: int) -> str:
        """The word as it is written; one of the person's as the person writes it."""
        return self._texts[word] if word in self._texts else self._data.text(word)

    def forms(self, word: int) -> list[Form]:
        """The pronunciations of a word as classes, the person's first."""
        own = self._forms.get(word, [])
        known = self._data.forms(word) if word < self._data.model.words else []
        return list(dict.fromkeys([*own, *known]))


def with_user_words(
    data: DecoderData,
    words: UserWords,
    symbols: dict[str, int],
    pronouncer: Callable[[], Pronouncer],
    check: Callable[[], None] = lambda: None,
) -> PersonalData:
    """The data with a person's words; those that nothing can pronounce are left out.

    Args:
        data: of the language model, which stays as it is.
        words: in any order.
        symbols: class of each phone.
        pronouncer: asked for where a word is unknown and has no pronunciation.
        check: called before each word that is to be pronounced; may raise to stop.
    """
    build = _Build(data, symbols, pronouncer, check)
    for word in words:
        build.take(word)
    return build.result()


class _Build:
    """Own words in the making, by their text in lower case."""

    def __init__(
        self,
        data: DecoderData,
        symbols: dict[str, int],
        pronouncer: Callable[[], Pronouncer],
        check: Callable[[], None],
    ) -> None:
        self._check = check
        self._data = data
        self._symbols = symbols
        self._pronouncer = pronouncer
        self._ids = {text.decode(): index for index, text in enumerate(data.texts.tolist())}
        self._texts: dict[int, str] = {}
        self._forms: dict[int, list[Form]] = {}
        self._phrases: list[tuple[Phrase, float]] = []

    def take(self, word: UserWord) -> None:
        """Add one entry."""
        phrase = tuple(self._id(unit) for unit in word.text.split())
        if len(phrase) == 1:
            self._texts[phrase[0]] = word.text
            own = self._forms.setdefault(phrase[0], [])
            own += [tuple(map(self._symbols.__getitem__, form)) for form in word.pronunciations]
        if phrase and word.boost:
            self._phrases.append((phrase, word.boost))

    def result(self) -> PersonalData:
        """All that was taken."""
        data = self._data
        model = with_unknown_words(data.model, len(self._ids) - data.model.words, UNKNOWN)
        unknown = range(data.model.words, model.words)
        for word in unknown:
            if not self._forms.get(word):
                self._check()
                self._forms[word] = list(self._pronouncer().searched(self._texts[word]))
        mute = {word for word in unknown if not self._forms[word]}
        phrases = [(phrase, boost) for phrase, boost in self._phrases if mute.isdisjoint(phrase)]
        bias = PhraseBias(phrases, model.words)
        personal = PersonalData(BiasedModel(model, bias), data.tree, data, self._texts, self._forms)
        changed = self._forms.keys() | {word for phrase, _ in phrases for word in phrase}
        spoken = [
            Spoken(bytes(form), word, float(model.unigrams[word]) + bias.most(word))
            for word in sorted(changed)
            for form in personal.forms(word)
        ]
        return replace(personal, tree=grown(data.tree, spoken))

    def _id(self, unit: str) -> int:
        """Of a word, which is made where the language model does not have it."""
        lower = unit.lower().replace("’", "'")
        said = readings(unit)
        if lower not in self._ids and said and len(said[0]) == 1 and said[0][0] in self._ids:
            lower = said[0][0]
        word = self._ids.setdefault(lower, len(self._ids))
        if word >= self._data.model.words:
            self._texts.setdefault(word, unit)
        return word
