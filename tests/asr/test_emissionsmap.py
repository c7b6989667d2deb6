"""Emissions in a file."""

import mmap
import sys
from pathlib import Path

import numpy as np
import pytest

from audiolab.asr import ctc
from audiolab.asr.emissionsmap import FILE_DTYPE, let_go, open_emissions

VOCABULARY = ("a", "b", "c", "<blank>")


def resident(path: Path) -> int:
    """Kilobytes of a mapped file that are in this process's memory."""
    lines = Path("/proc/self/smaps").read_text().splitlines()
    sizes, within = [], False
    for line in lines:
        if "-" in line.split(" ", 1)[0]:
            within = line.endswith(str(path))
        elif within and line.startswith("Rss:"):
            sizes.append(int(line.split()[1]))
    return sum(sizes)


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_hours_of_emissions_do_not_stay_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "hours.emissions"
    rows = np.random.default_rng(0).normal(-5, 1, (600_000, 4)).astype(FILE_DTYPE)
    rows.tofile(file)
    emissions = open_emissions(file, len(rows), VOCABULARY)
    assert np.array_equal(emissions.log_probs, rows)
    assert resident(file) >= rows.nbytes // 1024
    let_go(emissions)
    assert resident(file) == 0
    path, _ = ctc.best_path(emissions)
    assert resident(file) == 0
    assert np.array_equal(path, rows.argmax(axis=1))


def test_emissions_without_a_file_stay_where_they_are(tmp_path: Path) -> None:
    empty = open_emissions(tmp_path / "none", 0, VOCABULARY)
    assert not isinstance(empty.log_probs.base, mmap.mmap)
    let_go(empty)
    assert empty.frames == 0
