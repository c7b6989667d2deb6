"""A language model for a checkpoint: where it lies, how much it weighs, and what it says of words being spelled.

It is an ARPA file (see `audiolab.asr.arpa`): ``*.arpa`` or ``*.arpa.gz`` in the folder of the checkpoint or in
``language_model`` in it; for ``NAME.nemo``, ``NAME.arpa`` or ``NAME.arpa.gz`` beside it. An ``attrs.json`` beside
the ARPA file, as pyctcdecode writes it, holds weights.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from math import log
from pathlib import Path

from audiolab.asr.arpa import BEGIN, END, ArpaModel, State, read_arpa
from audiolab.asr.checkpoints.offer import LANGUAGE_SUFFIXES
from audiolab.asr.checkpoints.vocabulary import read_json
from audiolab.core.errors import ModelError

_WEIGHTS = "attrs.json"
_NEPERS = log(10.0)
_USUAL_LENGTH = 6
"""Letters; a longer beginning of no known word costs more, in proportion (as pyctcdecode has it)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How a language model counts beside the network; names and values are pyctcdecode's.

    Attributes:
        alpha: factor of its log-probabilities.
        beta: added for each word, in nepers.
        unknown: added to the log10 probability of each word that the model does not know.
        boundary: whether the sound begins and ends as a sentence does.
    """

    alpha: float = 0.5
    beta: float = 1.5
    unknown: float = -10.0
    boundary: bool = True


class Language:
    """What a language model and its weights make of words; cases are compared if the model has both.

    Args:
        model: which words follow which.
        weights: how much that counts.
    """

    def __init__(self, model: ArpaModel, weights: Weights) -> None:
        self._model = model
        self._weights = weights
        self._sorted = sorted(model.words)
        cased = {word for word in self._sorted if word.lower() != word.upper()}
        self._fold: Callable[[str], str] = (
            str.lower if all(word == word.lower() for word in cased)
            else str.upper if all(word == word.upper() for word in cased)
            else str
        )  # fmt: skip
        self._scored: dict[tuple[State, str], tuple[float, State]] = {}

    def begin(self) -> State:
        """The state before the first word."""
        return self._model.begin() if self._weights.boundary else ()

    def word(self, state: State, text: str) -> tuple[float, State]:
        """What a whole word adds to the score of a reading, in nepers, and the state that follows."""
        key = (state, text)
        if key not in self._scored:
            folded = self._fold(text)
            log10, following = self._model.score(state, folded)
            if not self._model.knows(folded) or folded in (BEGIN, END):
                log10 += self._weights.unknown
            weights = self._weights
            self._scored[key] = (weights.alpha * log10 * _NEPERS + weights.beta, following)
        return self._scored[key]

    def end(self, state: State) -> float:
        """What it adds that nothing follows, in nepers."""
        if not self._weights.boundary or not self._model.knows(END):
            return 0.0
        return self._weights.alpha * self._model.score(state, END)[0] * _NEPERS

    def beginning(self, text: str) -> float:
        """What the beginning of a word adds for now, in nepers: nothing, unless no known word begins so."""
        folded = self._fold(text)
        place = bisect_left(self._sorted, folded)
        if place < len(self._sorted) and self._sorted[place].startswith(folded):
            return 0.0
        return self._weights.alpha * self._weights.unknown * _NEPERS * max(1.0, len(text) / _USUAL_LENGTH)


def language_model_of(path: Path) -> Path | None:
    """The language model that lies with the checkpoint folder or the ``.nemo`` file `path`; None where none does.

    Raises:
        ModelError: there are several, and none is the one.
    """
    if path.is_dir():
        for folder in (path, path / "language_model"):
            found = sorted(file for suffix in LANGUAGE_SUFFIXES for file in folder.glob(f"*{suffix}"))
            if len(found) > 1:
                names = ", ".join(file.name for file in found)
                raise ModelError(f"{path.name}: it has several language models ({names}); keep one of them there.")
            if found:
                return found[0]
        return None
    beside = (path.with_name(path.stem + suffix) for suffix in LANGUAGE_SUFFIXES)
    return next((file for file in beside if file.is_file()), None)


def load_language(file: Path, check: Callable[[], None]) -> Language:
    """The language model in `file` with the weights beside it.

    Raises:
        ModelError: it cannot be read.
    """
    return Language(read_arpa(file, check), _weights(file.with_name(_WEIGHTS)))


def _weights(file: Path) -> Weights:
    if not file.is_file():
        return Weights()
    values, usual = read_json(file), Weights()
    try:
        return Weights(
            float(values.get("alpha", usual.alpha)),
            float(values.get("beta", usual.beta)),
            float(values.get("unk_score_offset", usual.unknown)),
            bool(values.get("score_boundary", usual.boundary)),
        )
    except (TypeError, ValueError) as error:
        raise ModelError(f"{file}: its weights are no numbers; correct them, or remove the file.") from error
