"""Words as the characters of a model that emits letters."""

from collections.abc import Iterable, Sequence

from audiolab.asr.align import Form
from audiolab.asr.aligning.numbers import Spoken
from audiolab.asr.aligning.pronounce import Pronounced

DELIMITERS = ("<wb>", "|")
"""Classes that stand between words, by the names that models give them."""


class CharacterSpeller:
    """Spells words in the characters of a vocabulary, whichever case it has."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        letters = {symbol: index for index, symbol in enumerate(vocabulary) if len(symbol) == 1}
        folded = {symbol.lower(): index for symbol, index in letters.items() if symbol not in DELIMITERS}
        self._classes = {**folded, **{symbol: index for symbol, index in letters.items() if symbol in folded}}
        self._delimiter = next((index for index, symbol in enumerate(vocabulary) if symbol in DELIMITERS), None)

    def pronounced(self, spoken: Iterable[Spoken]) -> Pronounced:
        """The spelling of each reading; none of one that has a letter which the vocabulary lacks."""
        spelled = (self._spelled(reading) for reading in spoken)
        return Pronounced(tuple(dict.fromkeys(form for form in spelled if form)), False)

    def _spelled(self, reading: Spoken) -> Form:
        form: list[int] = []
        for word in reading:
            if form and self._delimiter is not None:
                form.append(self._delimiter)
            for character in word:
                if character in self._classes:
                    form.append(self._classes[character])
                elif character.isalnum():
                    return ()
        return tuple(form)
