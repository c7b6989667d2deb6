"""The settings that have no better place in the window; each takes effect at once."""

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from audiolab.analysis.loudness import TARGETS
from audiolab.session.session import Session
from audiolab.ui.commands import TEXT_RANGE
from audiolab.ui.helpdialogs import close_box
from audiolab.ui.meterscale import SCALES

THEMES = {"system": "As the system", "dark": "Dark", "light": "Light"}


class SettingsDialog(QDialog):
    """Shows `session.settings` and follows them wherever they are changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._follow: list[Callable[[], None]] = []
        self.setWindowTitle("Settings")
        form = QFormLayout()
        form.addRow("&Theme", self._choice("theme", THEMES))
        form.addRow("Te&xt size", self._text_size())
        form.addRow("&Views", self._switch("follow", "Follow the playhead"))
        form.addRow("Loudness tar&get", self._choice("loudness_target", {name: name for name in TARGETS}))
        form.addRow("Loudness &scale", self._choice("loudness_scale", {name: name for name in SCALES}))
        form.addRow("", self._switch("loudness_absolute", "Absolute loudness (LUFS)"))
        form.addRow("", self._switch("loudness_dual_mono", "Count mono as two loudspeakers"))
        form.addRow("&Output device", self._device("output_device"))
        form.addRow("&Input device", self._device("input_device"))
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(close_box(self))
        session.settings.changed.connect(self.refresh)
        session.devices.changed.connect(self.refresh)
        session.devices.refresh()
        self.refresh()

    def refresh(self) -> None:
        """Show the settings as they are."""
        for follow in self._follow:
            follow()

    def _value(self, field: str):
        return getattr(self._session.settings.current, field)

    def _set(self, field: str, value: object) -> None:
        self._session.settings.update(**{field: value})

    def _choice(self, field: str, texts: dict[str, str]) -> QComboBox:
        box = QComboBox()
        for value, text in texts.items():
            box.addItem(text, value)
        box.activated.connect(lambda index: self._set(field, box.itemData(index)))
        self._follow.append(lambda: box.setCurrentIndex(max(box.findData(self._value(field)), 0)))
        return box

    def _switch(self, field: str, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.clicked.connect(lambda checked: self._set(field, checked))
        self._follow.append(lambda: box.setChecked(self._value(field)))
        return box

    def _text_size(self) -> QDoubleSpinBox:
        box = QDoubleSpinBox(suffix=" %", decimals=0, singleStep=10)
        low, high = TEXT_RANGE
        box.setRange(100 * low, 100 * high)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(lambda percent: self._set("text_scale", percent / 100))

        def follow() -> None:
            box.blockSignals(True)
            box.setValue(100 * self._value("text_scale"))
            box.blockSignals(False)

        self._follow.append(follow)
        return box

    def _device(self, field: str) -> QComboBox:
        box = QComboBox()
        box.setMinimumContentsLength(28)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(lambda index: self._set(field, box.itemData(index)))

        def follow() -> None:
            devices = self._session.devices
            found = devices.outputs if field == "output_device" else devices.inputs
            chosen = self._value(field)
            labels = [device.label for device in found]
            box.clear()
            box.addItem("System default", "")
            for label in dict.fromkeys([*labels, *([chosen] if chosen else [])]):
                box.addItem(label if label in labels else f"{label} (not there)", label)
            box.setCurrentIndex(max(box.findData(chosen), 0))

        self._follow.append(follow)
        return box
