import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.segments import LONGEST, SHORTEST, segments
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
