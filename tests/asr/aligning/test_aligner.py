"""Texts on emissions that say known words at known frames; a model of characters, so that nothing is trained."""

import itertools
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.aligning import Doubt, TextAlignment, align_transcribed
from audiolab.asr.ctc import best_path
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Alignment, Emissions, Transcription, Word
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.media.exchange import read_annotation, write_annotation

LETTERS = ("<blank>", "|", *"abcdefghijklmnopqrstuvwxyz'")
RATE = 8000
HOP = 160
SAID = "the north wind and the sun were disputing which was the stronger when a traveler came along"


def heard(said: str) -> tuple[ArrayRecording, Transcription]:
    """A recording in which `said` is said, two frames a letter and five between words, and what was recognised."""
    path: list[int] = [0] * 10
    words: list[Word] = []
    for text in said.split():
        first = len(path)
        for letter in text:
            path += [LETTERS.index(letter), 0]
        stop = len(path) - 1
        words.append(Word(text, TimeSpan(first * HOP, stop * HOP), TimeSpan(first, stop), TimeSpan(0, 0), 1.0))
        path += [1, 0, 0, 0, 0]
    probabilities = np.full((len(path), len(LETTERS)), 1e-4, dtype=np.float32)
    probabilities[np.arange(len(path)), path] = 1 - 1e-4 * (len(LETTERS) - 1)
    emissions = Emissions(np.log(probabilities), LETTERS, 0, FrameGrid(320, 0, 16_000), "letters")
    best, score = best_path(emissions)
    samples = np.zeros(len(path) * HOP, dtype=np.float32)
    return ArrayRecording(samples, RATE), Transcription(emissions, best, score, Alignment(tuple(words), ()), RATE)


def aligned(text: str, said: str = SAID) -> TextAlignment:
    recording, transcription = heard(said)
    return align_transcribed(recording, text, transcription)


def test_every_word_is_where_it_was_said() -> None:
    _, transcription = heard(SAID)
    result = aligned(SAID)
    assert [word.text for word in result.words] == SAID.split()
    for word, true in zip(result.words, transcription.alignment.words, strict=True):
        assert word.frames == true.frames
        assert abs(word.span.start - true.span.start) <= HOP
        assert abs(word.span.stop - true.span.stop) <= HOP
        assert word.measured
        assert not word.doubts
    assert result.unwritten == ()
    assert result.review() == ()


def test_what_is_shown_is_what_was_typed() -> None:
    text = "“The NORTH wind” — and,\n the sun… were disputing: which WAS the stronger?! When a traveler came along."
    result = aligned(text)
    assert result.text == text
    assert [text[word.place.start : word.place.stop] for word in result.words] == [w.text for w in result.words]
    assert [word.text for word in result.words][:4] == ["“The", "NORTH", "wind” —", "and,"]
    assert all(word.measured for word in result.words)


def test_a_passage_that_nobody_said_is_found_and_moves_nothing() -> None:
    words = SAID.split()
    extra = ["quickly", "jumping", "over", "lazy", "dogs"]
    result = aligned(" ".join(words[:8] + extra + words[8:]))
    whole = aligned(SAID)
    assert [word.text for word in result.words if word.doubts == {Doubt.UNSPOKEN}] == extra
    kept = [word for word in result.words if word.text not in extra]
    assert [word.span for word in kept] == [word.span for word in whole.words]
    assert not any(word.span for word in result.words if word.text in extra)
    assert [result.words[index].text for index in result.review()] == extra


def test_a_passage_that_the_text_lacks_is_found_and_moves_nothing() -> None:
    words = SAID.split()
    result = aligned(" ".join(words[:5] + words[10:]))
    whole = aligned(SAID)
    assert [word.span for word in result.words] == [word.span for word in whole.words[:5] + whole.words[10:]]
    (passage,) = result.unwritten
    assert passage.text == " ".join(words[5:10])
    assert passage.before == 5
    assert passage.span == whole.words[5].span.hull(passage.span).hull(whole.words[9].span).intersection(
        passage.span
    )


def test_another_word_in_the_place_of_one_is_found() -> None:
    result = aligned(SAID.replace("disputing", "kayaking"))
    assert [word.text for word in result.words if word.doubts] == ["kayaking"]
    assert [passage.text for passage in result.unwritten] == ["disputing"]


def test_a_false_start_is_marked_at_the_words_that_were_said_again() -> None:
    words = SAID.split()
    result = aligned(SAID, " ".join([*words[:4], *words[:4], *words[4:]]))
    assert {word.text for word in result.words if Doubt.REPEATED in word.doubts} == set(words[:4])
    assert len(result.unwritten) == 1


def test_what_the_model_cannot_say_shares_the_speech_that_is_left() -> None:
    words = SAID.split()
    result = aligned(" ".join([*words[:5], "солнце", "были", *words[7:]]))
    mute = [word for word in result.words if Doubt.INTERPOLATED in word.doubts]
    assert [word.text for word in mute] == ["солнце", "были"]
    assert all(word.span and not word.measured for word in mute)
    whole = aligned(SAID)
    assert result.words[4].span == whole.words[4].span
    assert result.words[7].span == whole.words[7].span


def test_another_text_altogether_has_no_place() -> None:
    result = aligned("buzzing bicycles make my fluffy quilt jump", SAID)
    assert all(word.doubts for word in result.words)
    assert result.unwritten


@pytest.mark.parametrize("text", ["", "   ", "… — !"])
def test_no_words_are_no_error(text: str) -> None:
    result = aligned(text)
    assert result.words == ()
    assert [passage.text for passage in result.unwritten] == [SAID]


def test_an_empty_recording_has_no_place_for_words() -> None:
    recording, transcription = heard("")
    result = align_transcribed(recording, "one word", transcription)
    assert [word.doubts for word in result.words] == [{Doubt.UNSPOKEN}] * 2


def test_long_texts_fall_into_pieces_that_join_without_a_seam() -> None:
    rng = np.random.default_rng(2)
    said = ["".join(rng.choice(list("abcdefghijklmnop"), rng.integers(3, 9))) for _ in range(600)]
    _, transcription = heard(" ".join(said))
    text = said[:200] + said[240:400] + ["quite", "another", "thing"] + said[400:]
    result = aligned(" ".join(text), " ".join(said))
    true = [word.frames for word in transcription.alignment.words]
    assert [word.frames for word in result.words if word.measured] == true[:200] + true[240:]
    assert [word.text for word in result.words if not word.measured] == ["quite", "another", "thing"]


def test_a_cancelled_alignment_stops() -> None:
    recording, transcription = heard(SAID)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        align_transcribed(recording, SAID, transcription, cancel)


def test_progress_reaches_the_end_and_never_goes_back() -> None:
    recording, transcription = heard(SAID)
    seen: list[float] = []
    align_transcribed(recording, SAID, transcription, None, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_tiers_can_be_exchanged(tmp_path) -> None:
    words = SAID.split()
    result = aligned(" ".join([*words[:5], *words[10:], "nobody", "said", "this"]))
    annotation = result.annotation()
    assert [tier.name for tier in annotation.tiers] == ["words", "phones", "remarks"]
    path = tmp_path / "text.TextGrid"
    write_annotation(annotation, path)
    back = read_annotation(path, RATE, result.length)
    tier = back.tier("words")
    assert tier is not None
    assert [item.text for item in tier.intervals if item.text] == words[:5] + words[10:]


@given(
    st.lists(st.sampled_from([*SAID.split(), "Ελλάδα", "42", "—", "n't", "你好", "x" * 30, "..."]), max_size=25),
    st.integers(0, len(SAID.split())),
)
def test_any_text_has_ordered_times_within_the_recording(text: list[str], count: int) -> None:
    typed = " ".join(text)
    result = aligned(typed, " ".join(SAID.split()[:count]))
    for before, after in itertools.pairwise(result.words):
        assert before.span.stop <= after.span.start
    for word in result.words:
        assert 0 <= word.span.start <= word.span.stop <= result.length
        assert bool(word.tokens) == (word.score > 0)
        assert (not word.measured) == bool({Doubt.UNSPOKEN, Doubt.INTERPOLATED} & word.doubts)
    shown = {character for word in result.words for character in word.text}
    assert {c for c in typed if unicodedata.category(c)[0] in "LN"} <= shown
    assert len(result.alignment().words) == sum(bool(word.span) for word in result.words)
    assert result.annotation().frames == result.length
