import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr import ctc
from audiolab.core.speech import Emissions
from audiolab.core.timebase import FrameGrid

BLANK = 0


def emissions(rows: list[list[float]]) -> Emissions:
    log_probs = np.log(np.array(rows, dtype=np.float32))
    return Emissions(log_probs, ("_", "a", "b"), BLANK, FrameGrid(320, 0, 16000), "by hand")


def test_a_matrix_made_by_hand() -> None:
    path, score = ctc.best_path(
        emissions([[0.1, 0.8, 0.1], [0.1, 0.6, 0.3], [0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6]])
    )
    assert path.tolist() == [1, 1, 0, 1, 2]
    np.testing.assert_allclose(score, [0.8, 0.6, 0.7, 0.5, 0.6], atol=1e-3)
    assert ctc.runs(path, BLANK) == [ctc.Run(1, 0, 2), ctc.Run(1, 3, 4), ctc.Run(2, 4, 5)]
    assert ctc.collapse(path, BLANK) == [1, 1, 2]


def test_nothing_collapses_to_nothing() -> None:
    assert ctc.runs(np.empty(0, dtype=np.int16), BLANK) == []
    assert ctc.collapse(np.zeros(5, dtype=np.int16), BLANK) == []


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 3)), max_size=30))
def test_collapse_undoes_any_expansion(tokens: list[tuple[int, int, int]]) -> None:
    """Each token is held for some frames, with blanks behind it; between equal ones there must be one."""
    path: list[int] = []
    for label, held, blanks in tokens:
        if path and path[-1] == label:
            path.append(BLANK)
        path += [label] * held + [BLANK] * blanks
    assert ctc.collapse(np.array(path, dtype=np.int16), BLANK) == [label for label, _, _ in tokens]


@given(st.lists(st.integers(0, 4), max_size=60))
def test_runs_cover_all_that_is_not_blank(path: list[int]) -> None:
    covered = np.zeros(len(path), dtype=int)
    for run in ctc.runs(np.array(path, dtype=np.int16), BLANK):
        assert set(path[run.start : run.stop]) == {run.label}
        covered[run.start : run.stop] += 1
    assert covered.tolist() == [int(label != BLANK) for label in path]


def test_long_emissions_are_read_in_pieces() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), 40_000).astype(np.float32)
    long = Emissions(np.log(probabilities), ("_", "a", "b"), BLANK, FrameGrid(320, 0, 16000), "random")
    path, score = ctc.best_path(long)
    np.testing.assert_array_equal(path, probabilities.argmax(axis=1))
    np.testing.assert_allclose(score, probabilities.max(axis=1), atol=1e-3)
