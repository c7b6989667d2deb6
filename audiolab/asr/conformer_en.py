"""The default model with all that belongs to it, loaded into this process: network, words, search, alignment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr import align, segments
from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning.boundaries import sound_spans
from audiolab.asr.aligning.outline import Outline
from audiolab.asr.aligning.pronounce import default_pronouncer
from audiolab.asr.aligning.shifts import default_shifts
from audiolab.asr.beam import BeamSearch, BeamSettings
from audiolab.asr.conformer import ConformerCtc, build
from audiolab.asr.container import read_container
from audiolab.asr.decoder_data import DecoderData, load_decoder_data
from audiolab.asr.emissionsmap import GRID, MODEL_RATE, in_recording, open_emissions
from audiolab.asr.emitter import emit
from audiolab.asr.listening import Mono
from audiolab.asr.packages import package_file
from audiolab.asr.personal import PersonalData, with_user_words
from audiolab.asr.phones import model_vocabulary
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.speech import Emissions, Token, Word
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords

ACOUSTIC_SHARE = 0.5
"""Of the time and so of the progress; the rest is the search and the alignment."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What was read in a stretch of emissions: `frames`, and the words and tokens in them."""

    frames: TimeSpan
    words: tuple[Word, ...]
    tokens: tuple[Token, ...]


class ConformerEnglish:
    """Reads English speech from 16 kHz samples.

    Raises:
        Cancelled: while it was loaded.
        ModelError: a part of it is missing or damaged.
    """

    def __init__(self, cancel: CancelToken) -> None:
        self.vocabulary = model_vocabulary()
        self._outline = Outline()
        self._shifts = default_shifts()
        self._blank = len(self.vocabulary) - 1
        self._silence = self._blank - 1
        self._network = model_network()
        cancel.check()
        self._data = load_decoder_data(self.vocabulary, cancel.check)
        self._personal: tuple[UserWords, PersonalData] | None = None
        cancel.check()

    def emit(
        self, blocks: Iterable[Mono], total: int, file: Path, cancel: CancelToken, progress: Progress
    ) -> Emissions:
        """Run the network over 16 kHz samples.

        Args:
            blocks: the sound in order.
            total: how many samples there will be, for `progress`.
            file: where the emissions are put; the result maps it into memory.
            cancel: checked several times a second.
            progress: by audio time.
        """
        self._outline = Outline()
        frames = emit(self._network, self._outline.listening(blocks), total, file, cancel, progress)
        return open_emissions(file, frames, self.vocabulary)

    def read(
        self,
        emissions: Emissions,
        path: npt.NDArray[np.int16],
        sample_rate: int,
        cancel: CancelToken,
        words: UserWords = (),
    ) -> Iterator[Piece]:
        """The words of emissions, piece by piece.

        Args:
            emissions: what the latest `emit` returned: their sound is remembered for exact times.
            path: their best path.
            sample_rate: of the recording, for the spans of the words.
            cancel: checked several times a second.
            words: that the person expects or has made known.
        """
        silent = (self._blank, self._silence)
        data = self._with(words, cancel)
        tokens = 0
        for frames in segments.segments(path, silent):
            log_probs = np.asarray(emissions.log_probs[frames.start : frames.stop], dtype=np.float32)
            speech = segments.stretches(path[frames.start : frames.stop], silent)
            found = self._found(data, log_probs, speech, cancel)
            piece = self._placed(log_probs, found, frames, sample_rate, tokens)
            tokens += len(piece.tokens)
            yield piece

    def _with(self, words: UserWords, cancel: CancelToken) -> DecoderData | PersonalData:
        """The data of the search with a person's words, made anew only when they change."""
        if not words:
            return self._data
        if self._personal is None or self._personal[0] != words:
            symbols = {symbol: index for index, symbol in enumerate(self.vocabulary)}
            data = with_user_words(
                self._data, words, symbols, lambda: default_pronouncer(self.vocabulary), cancel.check
            )
            self._personal = (words, data)
        return self._personal[1]

    def _found(
        self,
        data: DecoderData | PersonalData,
        log_probs: npt.NDArray[np.float32],
        speech: list[TimeSpan],
        cancel: CancelToken,
    ) -> list[tuple[str, list[AlignedToken]]]:
        """The words of one piece with their tokens, each stretch of speech aligned by itself."""
        search = BeamSearch(data.tree, data.model, self._silence, self._blank, BeamSettings())
        words, ends = search.decode(log_probs, speech, cancel.check)
        found: list[tuple[str, list[AlignedToken]]] = []
        for stretch in speech:
            own = words[(ends >= stretch.start) & (ends < stretch.stop)].tolist()
            forms = [data.forms(word) for word in own]
            inside = log_probs[stretch.start : stretch.stop]
            paths = align.align(inside, forms, self._blank, self._silence, cancel.check)
            # None where there are more words than frames for them: no times, so no words.
            for word, path in zip(own, paths or [], strict=paths is not None):
                tokens = [AlignedToken(token.label, token.frames.moved(stretch.start)) for token in path]
                found.append((data.text(word), tokens))
        return found

    def _placed(
        self,
        log_probs: npt.NDArray[np.float32],
        found: list[tuple[str, list[AlignedToken]]],
        frames: TimeSpan,
        sample_rate: int,
        first_token: int,
    ) -> Piece:
        """Words of one piece with their tokens, placed in the recording."""
        origin = GRID.sample_at(frames.start, MODEL_RATE)
        change = self._outline.change(origin, GRID.sample_at(frames.stop, MODEL_RATE))
        spans = sound_spans([path for _, path in found], self.vocabulary, self._shifts, change)
        words: list[Word] = []
        tokens: list[Token] = []
        for (text, path), inside in zip(found, spans, strict=True):
            own = [
                Token(
                    self.vocabulary[token.label],
                    in_recording(TimeSpan(origin + span.start, origin + span.stop), sample_rate),
                    token.frames.moved(frames.start),
                    _mean_posterior(log_probs, token),
                )
                for token, span in zip(path, inside, strict=True)
            ]
            words.append(_word(text, own, first_token + len(tokens)))
            tokens += own
        return Piece(frames, tuple(words), tuple(tokens))


def model_network() -> ConformerCtc:
    """The network with its weights.

    Raises:
        ModelError: the package that has them is missing or damaged.
    """
    return build(read_container(package_file("hama", "assets/asr_waveform.hama")))


def _word(text: str, tokens: list[Token], first_token: int) -> Word:
    lengths = [token.frames.length for token in tokens]
    score = sum(token.score * length for token, length in zip(tokens, lengths, strict=True)) / sum(lengths)
    return Word(
        text,
        tokens[0].span.hull(tokens[-1].span),
        tokens[0].frames.hull(tokens[-1].frames),
        TimeSpan(first_token, first_token + len(tokens)),
        score,
    )


def _mean_posterior(log_probs: npt.NDArray[np.float32], token: AlignedToken) -> float:
    frames = log_probs[token.frames.start : token.frames.stop, token.label]
    return float(np.exp(frames).mean())
