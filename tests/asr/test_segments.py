import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.segments import LONGEST, MARGIN, PAUSE, SHORTEST, segments, stretches
from audiolab.core.timebase import TimeSpan


def test_short_emissions_are_one_piece() -> None:
    assert segments(np.ones(LONGEST, dtype=np.int16), (0,)) == [TimeSpan(0, LONGEST)]
    assert segments(np.ones(0, dtype=np.int16), (0,)) == [TimeSpan(0, 0)]


def test_cuts_in_the_middle_of_the_longest_silence() -> None:
    path = np.ones(LONGEST + 500, dtype=np.int16)
    path[1200:1210] = 0
    path[2000:2100] = 9
    path[2990:] = 1
    assert segments(path, (0, 9)) == [TimeSpan(0, 2050), TimeSpan(2050, LONGEST + 500)]


def test_without_silence_it_is_cut_all_the_same() -> None:
    pieces = segments(np.ones(2 * LONGEST + 1, dtype=np.int16), (0,))
    assert [piece.length for piece in pieces] == [LONGEST, LONGEST, 1]


@given(st.integers(0, 5 * LONGEST), st.integers(0, 2**32 - 1))
def test_pieces_are_all_of_it_and_bounded(frames: int, seed: int) -> None:
    path = np.random.default_rng(seed).integers(0, 3, frames).astype(np.int16)
    pieces = segments(path, (0,))
    assert pieces[0].start == 0
    assert pieces[-1].stop == frames
    for before, after in itertools.pairwise(pieces):
        assert before.stop == after.start
        assert SHORTEST <= before.length <= LONGEST


def test_speech_is_all_but_the_inner_parts_of_pauses() -> None:
    path = np.ones(400, dtype=np.int16)
    path[100 : 100 + PAUSE] = 0
    path[200 : 200 + PAUSE - 1] = 0
    path[300:340:2] = 0
    path[301:340:2] = 9
    first, second = TimeSpan(0, 100 + MARGIN), TimeSpan(100 + PAUSE - MARGIN, 300 + MARGIN)
    assert stretches(path, (0, 9)) == [first, second, TimeSpan(340 - MARGIN, 400)]


def test_silence_at_the_ends_is_no_speech() -> None:
    path = np.zeros(300, dtype=np.int16)
    assert stretches(path, (0,)) == []
    path[100:200] = 1
    assert stretches(path, (0,)) == [TimeSpan(100 - MARGIN, 200 + MARGIN)]
    assert stretches(path[100:200], (0,)) == [TimeSpan(0, 100)]
    assert stretches(path[:0], (0,)) == []


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=12))
def test_all_sound_is_in_a_stretch_and_no_stretch_holds_a_pause(runs: list[tuple[int, bool]]) -> None:
    path = np.concatenate([np.zeros(0, int), *(np.full(length, int(sound)) for length, sound in runs)])
    speech = np.zeros(len(path), dtype=bool)
    for stretch in stretches(path, (0,)):
        assert not speech[stretch.start : stretch.stop].any()
        speech[stretch.start : stretch.stop] = True
    assert speech[path == 1].all()
    for start in range(len(path) - PAUSE + 1):
        assert path[start : start + PAUSE].any() or not speech[start : start + PAUSE].all()
