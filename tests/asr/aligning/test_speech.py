"""The default model's alignment of real speech, recognised in this process and in another."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audiolab import asr, paths
from audiolab.asr.aligning import Doubt, TextAlignment, align_text, align_transcribed
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import Recording
from audiolab.core.speech import Recognizer, Transcription
from audiolab.media import open_recording

SAMPLES = paths.resource_root() / "samples"
TEXT = (SAMPLES / "speech.txt").read_text(encoding="utf-8")


pytestmark = pytest.mark.usefixtures("asr_cache")


@pytest.fixture(scope="module")
def speech() -> Iterator[Recording]:
    recording = open_recording(SAMPLES / "speech.flac")
    yield recording
    recording.close()


@pytest.fixture
def transcription(recognizer: Recognizer, speech: Recording) -> Transcription:
    return recognizer.transcribe(speech, CancelToken(), no_progress)


def typed(result: TextAlignment) -> list[str]:
    return [word.text for word in result.words]


def test_a_text_is_found_and_differences_are_marked(speech: Recording, transcription: Transcription) -> None:
    whole = align_transcribed(speech, TEXT, transcription)
    assert typed(whole) == TEXT.split()
    assert all(word.measured for word in whole.words)
    assert sum(bool(word.doubts) for word in whole.words) <= 0.04 * len(whole.words)

    words = TEXT.split()
    extra = ["Nobody", "ever", "mentioned", "42", "purple", "elephants"]
    changed = align_transcribed(speech, " ".join(words[:30] + extra + words[30:60] + words[90:]), transcription)
    unsaid = {index for index, word in enumerate(changed.words) if Doubt.UNSPOKEN in word.doubts}
    assert unsaid == set(range(30, 30 + len(extra)))
    longest = max(changed.unwritten, key=lambda passage: passage.span.length)
    lacking = whole.words[60].span.hull(whole.words[89].span)
    assert longest.span.intersection(lacking).length > 0.9 * lacking.length
    kept = [word.span for index, word in enumerate(changed.words) if index not in unsaid]
    there = [word.span for word in whole.words[:60] + whole.words[90:]]
    near = speech.sample_rate // 20
    moved = [
        a for a, b in zip(kept, there, strict=True) if abs(a.start - b.start) > near or abs(a.stop - b.stop) > near
    ]
    assert len(moved) <= 2


def test_another_process_finds_the_same(speech: Recording, transcription: Transcription) -> None:
    worker = asr.create(worker=True)
    seen: list[float] = []
    try:
        elsewhere = align_text(speech, TEXT, worker, None, seen.append)
    finally:
        worker.close()
    here = align_transcribed(speech, TEXT, transcription)
    assert [word.span for word in elsewhere.words] == [word.span for word in here.words]
    assert seen[-1] == 1.0


def test_word_boundaries_are_where_phoneticians_put_them(shared_data: Path, recognizer: Recognizer) -> None:
    """Every tenth recording of TIMIT, which nothing was learned from; all: tests/benchmarks/alignment.py."""
    with (shared_data / "manifest.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["path"].startswith("nltk_timit/") and row["words"]]
    errors: list[float] = []
    for row in rows[::10]:
        recording = open_recording(shared_data / row["path"])
        result = align_text(recording, " ".join(word for *_, word in row["words"]), recognizer)
        rate = recording.sample_rate
        recording.close()
        for word, (start, stop, _) in zip(result.words, row["words"], strict=True):
            errors += [abs(word.span.start / rate - start), abs(word.span.stop / rate - stop)]
    assert np.median(errors) <= 0.015
    assert np.mean(np.array(errors) <= 0.05) >= 0.88
