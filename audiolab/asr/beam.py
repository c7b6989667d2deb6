"""From emissions to words: beam search over a lexicon with an n-gram language model (flashlight, KenLM).

Settings and their effect were measured on the shared recordings: see tests/benchmarks/wer.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.lexicon import Lexicon, Pronunciation
from audiolab.core.errors import ModelError

_MAX_HOMOPHONES = 6
"""A node of the trie keeps no more words, so the frequent ones are inserted first."""


@dataclass(frozen=True, slots=True)
class BeamSpec:
    """Settings of the search.

    Attributes:
        beam: hypotheses that are kept at each frame.
        tokens: classes that each hypothesis is extended by, the most probable ones.
        threshold: hypotheses whose score is this much below the best one's are dropped.
        lm_weight: of the language model's log10 probabilities.
        word_score: added for each word; a negative one favours long words.
        floor: posterior probabilities below it count as this much: the network is over-confident.
    """

    beam: int = 80
    tokens: int = 20
    threshold: float = 50.0
    lm_weight: float = 1.5
    word_score: float = -1.0
    floor: float = 1e-4


class BeamDecoder:
    """Finds the most probable words of a stretch of emissions.

    Args:
        lexicon: words, all of them known to the language model, and their pronunciations.
        vocabulary: symbol of each class.
        blank: class of the blank.
        silence: class that may stand between words.
        language_model: a KenLM file.
        spec: settings.

    Raises:
        ModelError: the language model cannot be read.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Sequence[str],
        blank: int,
        silence: int,
        language_model: Path,
        spec: BeamSpec | None = None,
    ) -> None:
        from flashlight.lib.text import decoder as fl
        from flashlight.lib.text.decoder.kenlm import KenLM
        from flashlight.lib.text.dictionary import Dictionary

        self._spec = spec or BeamSpec()
        self._words = list(lexicon)
        try:
            self._model = KenLM(str(language_model), Dictionary(self._words))
        except (RuntimeError, OSError) as error:
            raise ModelError(
                f"{language_model.name}: the language model cannot be read; delete the file."
            ) from error
        start = self._model.start(False)
        scores = [self._model.score(start, index)[1] for index in range(len(self._words))]
        trie = fl.Trie(len(vocabulary), silence)
        symbols = {symbol: index for index, symbol in enumerate(vocabulary)}
        homophones: Counter[Pronunciation] = Counter()
        for index in sorted(range(len(self._words)), key=scores.__getitem__, reverse=True):
            for form in lexicon[self._words[index]]:
                homophones[form] += 1
                if homophones[form] <= _MAX_HOMOPHONES:
                    trie.insert([symbols[symbol] for symbol in form], index, scores[index])
        trie.smear(fl.SmearingMode.MAX)
        options = fl.LexiconDecoderOptions(
            self._spec.beam,
            min(self._spec.tokens, len(vocabulary)),
            self._spec.threshold,
            self._spec.lm_weight,
            self._spec.word_score,
            -np.inf,
            0.0,
            True,
            fl.CriterionType.CTC,
        )
        self._decoder = fl.LexiconDecoder(options, trie, self._model, silence, blank, -1, [], False)

    def decode(self, log_probs: npt.NDArray[np.floating]) -> list[str]:
        """The words of log-probabilities (frames, classes), in order; none where no path reaches a word's end."""
        if not len(log_probs):
            return []
        floored = np.maximum(np.asarray(log_probs, dtype=np.float32), np.float32(np.log(self._spec.floor)))
        emissions = np.ascontiguousarray(floored)
        results = self._decoder.decode(emissions.ctypes.data, *emissions.shape)
        return [self._words[index] for index in results[0].words if index >= 0] if results else []
