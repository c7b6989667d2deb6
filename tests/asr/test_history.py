import numpy as np

from audiolab.asr.history import NOTHING, History


def test_traces_each_branch_to_its_beginning() -> None:
    history = History()
    first = history.append(np.array([NOTHING, NOTHING]), np.array([7, 8]), 3)
    assert first.tolist() == [0, 1]
    assert history.append(first[:0], first[:0], 4).tolist() == []
    second = history.append(first[[1, 1, 0]], np.array([9, 10, 11]), 5)
    words, frames = history.trace(int(second[1]))
    assert (words.tolist(), frames.tolist()) == ([8, 10], [3, 5])
    words, frames = history.trace(int(second[2]))
    assert (words.tolist(), frames.tolist()) == ([7, 11], [3, 5])


def test_nothing_has_no_words() -> None:
    words, frames = History().trace(NOTHING)
    assert words.shape == frames.shape == (0,)
