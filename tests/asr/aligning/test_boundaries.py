import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning import outline
from audiolab.asr.aligning.boundaries import JOINED, LEAST, edges, sound_spans
from audiolab.asr.aligning.learning import Example, learn
from audiolab.asr.aligning.outline import HOP, Outline
from audiolab.asr.aligning.shifts import END, START, Edge, ShiftTable, default_shifts
from audiolab.asr.emissionsmap import FRAME_SAMPLES
from audiolab.core.timebase import TimeSpan
from tests.benchmarks.spoken import word_times

VOCABULARY = ("a", "s", "t", "<blank>")


def token(label: int, start: int, stop: int) -> AlignedToken:
    return AlignedToken(label, TimeSpan(start, stop))


def test_a_shift_is_the_sum_of_its_terms() -> None:
    table = ShiftTable({"start": -50.0, "start of s": -10.0, "start beside a": 3.0, "start gap 4": 1.5})
    assert table.shift(Edge(START, "s", "a", 4)) == -55.5
    assert table.shift(Edge(START, "s", None, 4)) == -60.0


def test_what_is_far_away_is_no_neighbour() -> None:
    assert Edge(START, "s", "a", 13).terms() == Edge(START, "s", "t", 400).terms()
    assert Edge(START, "s", "a", 12).terms() != Edge(START, "s", "t", 12).terms()


def test_learning_finds_shifts_in_spite_of_wrong_labels() -> None:
    rng = np.random.default_rng(1)
    true = {"s": -80.0, "a": -20.0}
    examples = []
    for _ in range(400):
        phone = str(rng.choice(list(true)))
        wrong = 400.0 if rng.random() < 0.05 else 0.0
        examples.append(Example(Edge(START, phone, "t", int(rng.integers(0, 8))), true[phone] + wrong))
    table = learn(examples)
    for phone, shift in true.items():
        assert table.shift(Edge(START, phone, "t", 3)) == pytest.approx(shift, abs=4)


def test_the_shipped_table_moves_starts_back_and_knows_the_phones() -> None:
    table = default_shifts()
    assert table.shift(Edge(START, "s", None, 0)) < -60
    assert len({term for term in table.terms if term.startswith("end of ")}) > 20


def test_edges_name_both_neighbours() -> None:
    (first,), (second,) = [token(0, 3, 4)], [token(1, 9, 11)]
    found = edges([[first], [second]], VOCABULARY)
    assert found[0] == [(Edge(START, "a", None, 0), 3), (Edge(END, "a", "s", 5), 4)]
    assert found[1] == [(Edge(START, "s", "a", 5), 9), (Edge(END, "s", None, 0), 11)]


def test_words_with_next_to_nothing_between_them_touch() -> None:
    words = [[token(0, 10, 12)], [token(1, 13, 14)], [token(2, 30, 31)]]
    spans = sound_spans(words, VOCABULARY, ShiftTable({}))
    assert spans[0][-1].stop == spans[1][0].start == 12 * FRAME_SAMPLES + FRAME_SAMPLES // 2
    assert spans[2][0].start - spans[1][-1].stop > JOINED


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3)), min_size=1, max_size=4), max_size=5),
    st.floats(-300, 300),
    st.floats(-300, 300),
)
def test_spans_are_in_order_whatever_the_shifts(
    words: list[list[tuple[int, int]]], start: float, end: float
) -> None:
    at = 0
    tokens = []
    for word in words:
        tokens.append([])
        for label, (wait, length) in enumerate(word):
            tokens[-1].append(token(label % 3, at + wait, at + wait + length))
            at += wait + length
    spans = sound_spans(tokens, VOCABULARY, ShiftTable({START: start, END: end, "start of s": 40.0}))
    assert [len(word) for word in spans] == [len(word) for word in words]
    flat = [span for word in spans for span in word]
    assert all(span.length >= LEAST and span.start >= 0 for span in flat)
    for before, after in itertools.pairwise(flat):
        assert before.stop <= after.start


def burst(onset: int, length: int) -> np.ndarray:
    """Silence, then a tone from sample `onset`."""
    samples = np.random.default_rng(0).standard_normal(length).astype(np.float32) * 1e-4
    samples[onset:] += np.sin(np.arange(length - onset) * 0.4).astype(np.float32) * 0.3
    return samples


@pytest.mark.parametrize("onset", [8000, 8123, 9000])
def test_a_snap_finds_where_a_sound_begins(onset: int) -> None:
    outline = Outline()
    outline.add(burst(onset, 16000))
    change = outline.change(0, 16000)
    assert change.nearest(onset - 300, 240) == pytest.approx(onset, abs=2 * HOP)
    later = outline.change(4000, 16000)
    assert later.nearest(onset - 4000 - 300, 240) == pytest.approx(onset - 4000, abs=2 * HOP)


def test_nothing_moves_where_nothing_changes() -> None:
    outline = Outline()
    outline.add(np.zeros(16000, dtype=np.float32))
    assert outline.change(0, 16000).nearest(8111.0, 240) == 8111
    assert outline.change(0, 16000).nearest(90000.0, 240) == 90000
    assert Outline().change(0, 800).nearest(400.0, 240) == 400


@given(st.lists(st.integers(0, 700), max_size=30))
def test_an_outline_is_the_same_in_whatever_blocks_it_came(lengths: list[int]) -> None:
    sound = burst(1000, max(sum(lengths), 1500))
    whole, parts = Outline(), Outline()
    whole.add(sound)
    cuts = np.cumsum([length for length in lengths if length])
    for part in np.split(sound, cuts[cuts < len(sound)]):
        assert next(iter(parts.listening([part]))) is part
    np.testing.assert_array_equal(whole.change(-160, 4000).rate, parts.change(-160, 4000).rate)


def test_an_outline_of_hours_lies_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = burst(40_000, 64_000)
    short = Outline()
    short.add(sound)
    monkeypatch.setattr(outline, "_IN_MEMORY", 1000)
    long = Outline()
    for block in np.split(sound, 8):
        long.add(block)
    assert long._file._rolled
    for start, stop in ((-160, 4000), (39_000, 41_000), (60_000, 70_000)):
        np.testing.assert_array_equal(short.change(start, stop).rate, long.change(start, stop).rate)


SPOKEN = ("ð", "ə", "s", "t", "<blank>")


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ("pau:0.1 dh:0.2 ax:0.3 pau:0.4 s:0.5 ax:0.6 t:0.7 pau:0.9", ((0.1, 0.3), (0.4, 0.7))),
        ("dh:0.2 ax:0.3 s:0.5 t:0.7", ((0.0, 0.3), (0.3, 0.7))),
        ("dh:0.2 ax:0.3 t:0.4 s:0.5 ax:0.6 t:0.7", None),
        ("dh:0.2", None),
    ],
    ids=["pauses", "a sound left out", "a sound between words", "a word left out"],
)
def test_a_synthesisers_sounds_are_shared_out_to_words(
    segments: str, expected: tuple[tuple[float, float], ...] | None
) -> None:
    parsed = [(name, float(end)) for name, end in (part.split(":") for part in segments.split())]
    assert word_times(parsed, [[(0, 1)], [(2, 1, 3)]], SPOKEN) == expected
