"""The most probable text of CTC emissions under a language model of words: prefix beam search.

Graves and Jaitly (ICML 2014, algorithm 1): a hypothesis is a sequence of classes, the *prefix*, with the
probability of all paths that collapse to it, those that end in a blank apart from those that end in its last class.
The language model is asked when a word ends; while one is being spelled, only whether any word begins so. Unlike in
`audiolab.asr.beam`, words need not be in a lexicon.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log1p

import numpy as np
import numpy.typing as npt

from audiolab.asr.arpa import State
from audiolab.asr.checkpoints.language import Language
from audiolab.asr.checkpoints.vocabulary import Vocabulary

_CHECKED = 32
"""Frames between two calls of `check`."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard the search tries. As pyctcdecode, but for the threshold.

    A word is paid for when it ends, so with a heavy language model its prefix falls far behind for a while. Of
    431 clean words (the default model's phones taken for letters, trigrams), with an alpha of 1.1, 36 % were wrong
    with pyctcdecode's threshold of 10, and 16 % with 25; with an alpha of 0.5 it is 16 % either way. The search
    then takes 0.02 of the time of the sound.

    Attributes:
        width: prefixes that are kept from frame to frame.
        threshold: how far behind the best one a prefix may fall, in nepers.
        least: log-probability from which on a class is tried in a frame; the most probable one is always.
    """

    width: int = 100
    threshold: float = 25.0
    least: float = -5.0


@dataclass(slots=True, eq=False)
class _Prefix:
    """A sequence of classes: the one before it and its last class.

    Attributes:
        spelled: text of the word that it is in.
        state: of the language model, behind the words before that.
        words: what the language model gave for them.
        language: the same with what it gives for `spelled`.
    """

    parent: "_Prefix | None"
    label: int
    spelled: bytes
    state: State
    words: float
    language: float
    longer: dict[int, "_Prefix"]


_Paths = tuple[float, float]
"""Log-probability of the paths of a prefix that end in a blank, and of those that end in its last class."""


class PrefixSearch:
    """Reads emissions in pieces, one after the other; make a new one for each recording.

    Args:
        vocabulary: what the classes mean.
        language: which words are likely; None lets the network alone decide.
        effort: how hard to try.
    """

    def __init__(self, vocabulary: Vocabulary, language: Language | None, effort: Effort | None = None) -> None:
        self._texts = vocabulary.texts
        self._blank = vocabulary.blank
        self._language = language
        self._effort = effort or Effort()
        state = language.begin() if language is not None else ()
        self._beam: dict[_Prefix, _Paths] = {_Prefix(None, -1, b"", state, 0.0, 0.0, {}): (0.0, -inf)}

    def hear(self, log_probs: npt.NDArray[np.floating], check: Callable[[], None] = lambda: None) -> None:
        """Go through the next frames.

        Args:
            log_probs: (frames, classes), natural logarithms.
            check: called several times a second; may raise to stop.
        """
        for number, frame in enumerate(log_probs):
            if number % _CHECKED == 0:
                check()
            likely = np.flatnonzero(frame >= self._effort.least)
            if not len(likely):
                likely = frame.argmax(keepdims=True)
            classes = {int(label): float(frame[label]) for label in likely}
            self._prune(self._longer(classes, float(frame[self._blank])))

    def hypotheses(self) -> list[tuple[tuple[int, ...], float]]:
        """All prefixes since the last `commit` with the log-probability of their paths, the network's alone."""
        return [(_labels(prefix), _add(*paths)) for prefix, paths in self._beam.items()]

    def commit(self, *, last: bool = False) -> tuple[int, ...]:
        """Decide for the best prefix; what comes goes on from there.

        Args:
            last: whether the sound has ended.

        Returns:
            Its classes since the last commit.
        """
        best = max(
            self._beam,
            key=lambda prefix: _add(*self._beam[prefix]) + (self._ending(prefix) if last else prefix.language),
        )
        root = _Prefix(None, best.label, best.spelled, best.state, 0.0, best.language - best.words, {})
        blank, symbol = self._beam[best]
        total = _add(blank, symbol)
        self._beam = {root: (blank - total, symbol - total)}
        return _labels(best)

    def _ending(self, prefix: _Prefix) -> float:
        """What the language model gives for a whole reading."""
        if self._language is None:
            return 0.0
        words, state = self._ended(prefix)
        return words + self._language.end(state)

    def _longer(self, classes: dict[int, float], blank: float) -> dict[_Prefix, _Paths]:
        """The prefixes a frame later: as they are, or with one more class."""
        grown: dict[_Prefix, _Paths] = {}

        def reach(prefix: _Prefix, in_blank: float, in_symbol: float) -> None:
            known = grown.get(prefix)
            if known is not None:
                in_blank, in_symbol = _add(known[0], in_blank), _add(known[1], in_symbol)
            grown[prefix] = (in_blank, in_symbol)

        for prefix, (in_blank, in_symbol) in self._beam.items():
            total = _add(in_blank, in_symbol)
            reach(prefix, total + blank, in_symbol + classes.get(prefix.label, -inf))
            for label, log_prob in classes.items():
                if label != self._blank:
                    before = in_blank if label == prefix.label else total
                    if before > -inf:
                        reach(self._with(prefix, label), -inf, before + log_prob)
        return grown

    def _prune(self, grown: dict[_Prefix, _Paths]) -> None:
        scores = {prefix: _add(*paths) + prefix.language for prefix, paths in grown.items()}
        bar = max(scores.values()) - self._effort.threshold
        if len(scores) > self._effort.width:
            bar = max(bar, sorted(scores.values(), reverse=True)[self._effort.width - 1])
        self._beam = {prefix: grown[prefix] for prefix, score in scores.items() if score >= bar}

    def _with(self, prefix: _Prefix, label: int) -> _Prefix:
        """A prefix with one more class; there is one object for each."""
        longer = prefix.longer.get(label)
        if longer is None:
            longer = prefix.longer[label] = self._spelled(prefix, label)
        return longer

    def _spelled(self, prefix: _Prefix, label: int) -> _Prefix:
        text = self._texts[label]
        words, state, spelled = prefix.words, prefix.state, prefix.spelled
        if text[:1].isspace():
            words, state = self._ended(prefix)
            spelled = b""
        spelled += text.strip()
        longer = _Prefix(prefix, label, spelled, state, words, words, {})
        if text[-1:].isspace() and spelled:
            longer.words, longer.state = self._ended(longer)
            longer.language, longer.spelled = longer.words, b""
        elif self._language is not None and spelled:
            longer.language = words + self._language.beginning(spelled.decode("utf-8", "ignore"))
        return longer

    def _ended(self, prefix: _Prefix) -> tuple[float, State]:
        """What the language model gives and its state, had the word ended here."""
        if self._language is None or not prefix.spelled:
            return prefix.words, prefix.state
        score, state = self._language.word(prefix.state, prefix.spelled.decode("utf-8", "replace"))
        return prefix.words + score, state


def _labels(prefix: _Prefix) -> tuple[int, ...]:
    labels: list[int] = []
    while prefix.parent is not None:
        labels.append(prefix.label)
        prefix = prefix.parent
    return tuple(reversed(labels))


def _add(first: float, second: float) -> float:
    """The logarithm of the sum of two probabilities."""
    high, low = (first, second) if first >= second else (second, first)
    return high if low == -inf else high + log1p(exp(low - high))
