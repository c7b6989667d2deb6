"""Volume as a slider: even steps on it are about even steps to the ear."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from audiolab.core.units import amplitude_to_db
from audiolab.session.session import Session

STEPS = 100
"""Positions of the slider."""

KEY_STEP = 5
"""Positions that a key press or a notch of the wheel moves it."""

_EXPONENT = 3
"""A cube follows the loudness of the middle range and still reaches silence, which decibels do not."""


def volume_at(position: int) -> float:
    """The linear volume, 0 to 1, at a slider's position, 0 to `STEPS`."""
    return float((min(max(position, 0), STEPS) / STEPS) ** _EXPONENT)


def position_of(volume: float) -> int:
    """The slider's position for a linear volume."""
    return round(STEPS * max(volume, 0.0) ** (1 / _EXPONENT))


def describe(volume: float) -> str:
    """A volume for people: ``-6.0 dB``, or ``muted``."""
    return f"{amplitude_to_db(volume):.1f} dB".replace("-", "−") if volume > 0.0 else "muted"


class VolumeSlider(QSlider):
    """The volume of playback; it follows the setting wherever that is changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._session = session
        self.setRange(0, STEPS)
        self.setPageStep(2 * KEY_STEP)
        self.setSingleStep(KEY_STEP)
        self.setFixedWidth(96)
        self.setAccessibleName("Volume")
        self._follow()
        self.valueChanged.connect(self._choose)
        session.transport.options_changed.connect(self._follow)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.setValue(round(self.value() + steps * KEY_STEP))
        event.accept()

    def _choose(self, position: int) -> None:
        self._session.transport.set_volume(volume_at(position))

    def _follow(self) -> None:
        volume = self._session.transport.volume
        text = f"Volume: {describe(volume)}"
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        if not self.isSliderDown() and self.value() != position_of(volume):
            self.blockSignals(True)
            self.setValue(position_of(volume))
            self.blockSignals(False)
