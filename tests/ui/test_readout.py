"""What is under the pointer."""

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from audiolab.ui.readout import Pointer, Probe, decibels, note_name


def test_only_differences_are_announced(qtbot: QtBot) -> None:
    owner = QObject()
    pointer = Pointer.of(owner)
    seen = []
    pointer.changed.connect(lambda: seen.append(pointer.probe))
    pointer.show(Probe(5, 440.0, -12.0))
    pointer.show(Probe(5, 440.0, -12.0))
    pointer.show(None)
    assert seen == [Probe(5, 440.0, -12.0), None]


@pytest.mark.parametrize(
    ("frequency", "name"),
    [
        (440.0, "A4 +0"),
        (261.63, "C4 +0"),
        (445.0, "A4 +20"),
        (435.0, "A4 −20"),
        (27.5, "A0 +0"),
        (4186.0, "C8 +0"),
        (8.0, ""),
        (0.0, ""),
    ],
)
def test_notes_of_equal_temperament(frequency: float, name: str) -> None:
    assert note_name(frequency) == name


def test_levels_for_people() -> None:
    assert [decibels(level) for level in (-12.34, 0.0, 3.0, -200.0)] == ["−12.3 dB", "0.0 dB", "3.0 dB", "−∞ dB"]
