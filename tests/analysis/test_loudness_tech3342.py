"""The made signals of EBU Tech 3342: loudness range of steps of tones, 20 s each."""

import pytest

from audiolab.analysis.loudness import scan
from audiolab.core.recording import ArrayRecording
from tests.analysis.loudness_signals import RATE, measured, tones

CASES = {
    "1": ((-20, -30), 10.0),
    "2": ((-20, -15), 5.0),
    "3": ((-40, -20), 20.0),
    "4": ((-50, -35, -20, -35, -50), 15.0),
}


@pytest.mark.parametrize("case", CASES)
def test_range_of_a_file(case: str) -> None:
    levels, expected = CASES[case]
    result = scan(ArrayRecording(tones(*[(20, level) for level in levels]), RATE))
    assert result.loudness_range_lu == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("case", CASES)
def test_range_live(case: str) -> None:
    levels, expected = CASES[case]
    reading = measured(tones(*[(20, level) for level in levels])).reading()
    assert reading.loudness_range_lu == pytest.approx(expected, abs=1.0)
    assert reading.range_stable == (len(levels) * 20 > 60)
