"""What lies under the pointer: published by the view that it hovers over, shown by the status bar and the ruler."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

_NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


@dataclass(frozen=True, slots=True)
class Probe:
    """What a view says of one place.

    Attributes:
        frame: sample frame of the recording.
        frequency: Hz; None where the view has no frequency axis.
        level: dBFS of what is drawn there; None where there is nothing.
        text: what is said there: word, phone or frame; may be empty.
    """

    frame: int
    frequency: float | None = None
    level: float | None = None
    text: str = ""


class Pointer(QObject):
    """The one place that knows what is under the pointer. There is one for each session: `Pointer.of(session)`.

    Signals:
        changed: `probe` differs.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._probe: Probe | None = None

    @classmethod
    def of(cls, session: QObject) -> "Pointer":
        """The pointer that all views of `session` share."""
        return session.findChild(cls) or cls(session)

    @property
    def probe(self) -> Probe | None:
        """What is under the pointer; None while it is over no view."""
        return self._probe

    def show(self, probe: Probe | None) -> None:
        """Say what is under the pointer now."""
        if probe != self._probe:
            self._probe = probe
            self.changed.emit()


def note_name(frequency: float) -> str:
    """The nearest note of equal temperament (A4 is 440 Hz) and the distance: ``A4 +12``, in cents; '' below C0."""
    if frequency < 16.0:
        return ""
    semitones = 69.0 + 12.0 * math.log2(frequency / 440.0)
    nearest = math.floor(semitones + 0.5)
    cents = round((semitones - nearest) * 100.0)
    return f"{_NOTES[nearest % 12]}{nearest // 12 - 1} {cents:+d}".replace("-", "−")


def decibels(level: float) -> str:
    """A level for people: ``−12.3 dB``; minus infinity where it is too low to be sound."""
    return "−∞ dB" if level <= -149.0 else f"{level:.1f} dB".replace("-", "−")
