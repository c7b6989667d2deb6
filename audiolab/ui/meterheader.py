"""The head of the meter: the sign of EBU mode, the target, pause and reset."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from audiolab.analysis.loudness import TARGETS
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.icons import SIZE
from audiolab.ui.meterscale import SCALES, LoudnessScale, level
from audiolab.ui.theme import SPACING, Theme


class MeterHeader(QWidget):
    """One line of buttons. The sign of EBU mode opens a menu of scales and units."""

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._actions = actions
        self._ebu = True
        self._sign = QToolButton()
        self._sign.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sign.setMenu(QMenu(self._sign))
        self._sign.menu().aboutToShow.connect(self._fill_menu)
        self._target = QComboBox()
        self._target.setAccessibleName("Loudness target")
        self._target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._target.setMinimumContentsLength(12)
        self._target.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for name, target in TARGETS.items():
            self._target.addItem(f"{name}: {level(target.integrated_lufs)} LUFS", name)
        self._target.activated.connect(self._choose_target)
        self._pause = QToolButton()
        self._pause.setDefaultAction(actions["view.pause_meter"])
        self._pause.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._reset = QToolButton()
        self._reset.setDefaultAction(actions["view.reset_meter"])
        self._reset.setText("Reset")
        self._reset.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        for button in (self._pause, self._reset):
            button.setAutoRaise(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACING)
        for part, stretch in ((self._sign, 0), (self._target, 1), (self._pause, 0), (self._reset, 0)):
            line.addWidget(part, stretch)
        theme.changed.connect(self._restyle)
        actions["view.reset_meter"].changed.connect(self._name_reset)

    def set_scale(self, scale: LoudnessScale) -> None:
        """Show which scale and which target are on."""
        self._ebu = scale.ebu
        self._sign.setText(scale.sign)
        state = "EBU mode is on" if scale.ebu else "Not in EBU mode: 0 LU is not −23 LUFS"
        self._sign.setToolTip(f"{state}. Click for scale and unit.")
        self._sign.setAccessibleName(f"{state}, scale {scale.name}")
        target = scale.target
        self._target.setCurrentIndex(self._target.findData(target.name))
        self._target.setToolTip(
            f"{target.name}: {level(target.integrated_lufs)} LUFS ± {level(target.tolerance_lu)} LU, "
            f"true peak at most {level(target.max_true_peak_dbtp)} dBTP"
        )
        self._restyle()

    def _choose_target(self, index: int) -> None:
        self._session.settings.update(loudness_target=self._target.itemData(index))

    def _fill_menu(self) -> None:
        menu = self._sign.menu()
        menu.clear()
        settings = self._session.settings
        for name, (low, high) in SCALES.items():
            entry = menu.addAction(f"{name}: {low:.0f} to +{high:.0f} LU".replace("-", "−"))
            entry.setCheckable(True)
            entry.setChecked(settings.current.loudness_scale == name)
            entry.triggered.connect(lambda _checked=False, name=name: settings.update(loudness_scale=name))
        menu.addSeparator()
        menu.addAction(self._actions["view.lufs"])
        menu.addAction(self._actions["view.dual_mono"])

    def _name_reset(self) -> None:
        """The action's own text names the meter, which the place of the button says already."""
        self._reset.setText("Reset")

    def _restyle(self) -> None:
        colours = self._theme.colours
        font = self._theme.figures(0.9)
        for part in (self._target, self._pause, self._reset):
            part.setFont(font)
        ground, text = (colours.accent, colours.on_accent) if self._ebu else (colours.window, colours.text)
        self._sign.setFont(self._theme.figures(0.9, bold=True))
        self._sign.setStyleSheet(
            f"QToolButton {{ background: {ground.name()}; color: {text.name()}; padding: 1px {SPACING}px;"
            f" border: 1px solid {(colours.accent if self._ebu else colours.border).name()}; border-radius: 3px }}"
            "QToolButton::menu-indicator { image: none }"
            f"QToolButton:focus {{ border-color: {colours.text.name()} }}"
        )
        self._pause.setFixedWidth(SIZE + 3 * SPACING)
