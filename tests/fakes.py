"""Small stand-ins for slow parts, with answers that a test can know."""

import numpy as np

from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import ModelError
from audiolab.core.recording import Recording
from audiolab.core.speech import Alignment, Emissions, Token, Transcription, Word
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.core.userwords import UserWords

VOCABULARY = ("a", "b", "<blank>")


class ScriptedRecognizer:
    """Says "ab ba" whatever it hears: a word in the first and one in the last quarter, phones of equal length."""

    name = "scripted"

    def __init__(self, error: str | None = None) -> None:
        self.error = error
        self.closed = 0
        self.words: UserWords = ()
        """That the last request had."""

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        cancel.check()
        self.words = words
        if self.error:
            raise ModelError(self.error)
        progress(1.0)
        return scripted_transcription(recording)

    def close(self) -> None:
        self.closed += 1


def scripted_transcription(recording: Recording) -> Transcription:
    """See `ScriptedRecognizer`: 80 frames over the whole recording, words at 0-20 and 60-80."""
    frames = 80
    hop = max(recording.frames // frames, 1)
    grid = FrameGrid(hop, 0, recording.sample_rate)
    best = np.full(frames, 2, dtype=np.int16)
    best[0:10], best[10:20], best[60:70], best[70:80] = 0, 1, 1, 0
    log_probs = np.full((frames, 3), np.log(0.05), dtype=np.float32)
    log_probs[np.arange(frames), best] = np.log(0.9)

    def token(text: str, first: int, stop: int) -> Token:
        return Token(text, grid.span(first, stop, recording.sample_rate), TimeSpan(first, stop), 0.9)

    tokens = (token("a", 0, 10), token("b", 10, 20), token("b", 60, 70), token("a", 70, 80))

    def word(text: str, first: int, stop: int) -> Word:
        span = tokens[first].span.hull(tokens[stop - 1].span)
        inside = tokens[first].frames.hull(tokens[stop - 1].frames)
        return Word(text, span, inside, TimeSpan(first, stop), 0.9)

    alignment = Alignment((word("ab", 0, 2), word("ba", 2, 4)), tokens)
    emissions = Emissions(log_probs, VOCABULARY, 2, grid, "scripted")
    scores = np.full(frames, 0.9, dtype=np.float16)
    return Transcription(emissions, best, scores, alignment, recording.sample_rate)
