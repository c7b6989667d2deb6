"""Colours and fonts, dark and light, following the system or as the person chose.

Widgets draw with `Theme.colours` and repaint on `Theme.changed`. Colours that carry meaning differ in lightness
as well as in hue (Okabe and Ito, "Color universal design", 2008), so that they stay apart for colour-blind
readers, and text reaches the contrast of WCAG 2.2 AA (4.5 to 1) on its ground.
"""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication, QLinearGradient, QPalette
from PySide6.QtWidgets import QApplication

SPACING = 4
"""Pixels of the rhythm: margins and gaps are multiples of it."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme's colours.

    Attributes:
        window, surface, raised: grounds: of the window, of a view, of a button or header.
        border: hairlines.
        edge: around what floats over the rest: menus, lists that drop down, tool tips.
        text, muted: writing, and writing of second rank.
        accent, on_accent: the one accent, and writing on it.
        waveform, rms: body of the waveform and its RMS core.
        selection: veil over a selection; has an alpha.
        cursor, playhead: lines through all views.
        word, phone, blank: lanes: words, phones, blank frames.
        current, on_current: what is under the playhead, and writing on it.
        good, warn, bad: meter zones; also told apart by position and by text.
    """

    dark: bool
    window: QColor
    surface: QColor
    raised: QColor
    border: QColor
    edge: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    waveform: QColor
    rms: QColor
    selection: QColor
    cursor: QColor
    playhead: QColor
    word: QColor
    phone: QColor
    blank: QColor
    current: QColor
    on_current: QColor
    good: QColor
    warn: QColor
    bad: QColor


def _rgb(text: str, alpha: int = 255) -> QColor:
    colour = QColor(text)
    colour.setAlpha(alpha)
    return colour


DARK = Colours(
    dark=True,
    window=_rgb("#1b1d21"),
    surface=_rgb("#121417"),
    raised=_rgb("#282b31"),
    border=_rgb("#34383f"),
    edge=_rgb("#747a85"),
    text=_rgb("#e4e6ea"),
    muted=_rgb("#9aa0aa"),
    accent=_rgb("#4fa3e3"),
    on_accent=_rgb("#0b1016"),
    waveform=_rgb("#3f7fb5"),
    rms=_rgb("#86c1f0"),
    selection=_rgb("#4fa3e3", 60),
    cursor=_rgb("#c9ced6"),
    playhead=_rgb("#ffb000"),
    word=_rgb("#2b3a4a"),
    phone=_rgb("#24313a"),
    blank=_rgb("#1a1d22"),
    current=_rgb("#ffb000"),
    on_current=_rgb("#1a1200"),
    good=_rgb("#2fa67e"),
    warn=_rgb("#f0c23c"),
    bad=_rgb("#f0603c"),
)

LIGHT = Colours(
    dark=False,
    window=_rgb("#f3f4f6"),
    surface=_rgb("#ffffff"),
    raised=_rgb("#e6e8ec"),
    border=_rgb("#c9cdd4"),
    edge=_rgb("#868c97"),
    text=_rgb("#1a1d21"),
    muted=_rgb("#565d68"),
    accent=_rgb("#0b66b0"),
    on_accent=_rgb("#ffffff"),
    waveform=_rgb("#5f9fd2"),
    rms=_rgb("#0f5d9e"),
    selection=_rgb("#0b66b0", 48),
    cursor=_rgb("#3a4049"),
    playhead=_rgb("#b23c00"),
    word=_rgb("#dbe8f4"),
    phone=_rgb("#e6eef0"),
    blank=_rgb("#f3f4f6"),
    current=_rgb("#ffb93c"),
    on_current=_rgb("#1a1200"),
    good=_rgb("#0f7f5c"),
    warn=_rgb("#b07a00"),
    bad=_rgb("#c03510"),
)


class Theme(QObject):
    """The theme of the running application.

    Args:
        choice: "system", "dark" or "light".

    Signals:
        changed: other colours or another text size; repaint.
    """

    changed = Signal()

    def __init__(self, choice: str = "system", text_scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._base_points = QApplication.font().pointSizeF()
        self._text_scale = text_scale
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def colours(self) -> Colours:
        """What to draw with now."""
        if self._choice == "system":
            scheme = QGuiApplication.styleHints().colorScheme()
            return LIGHT if scheme is Qt.ColorScheme.Light else DARK
        return LIGHT if self._choice == "light" else DARK

    def choose(self, choice: str, text_scale: float) -> None:
        """Take another theme or text size."""
        if (choice, text_scale) != (self._choice, self._text_scale):
            self._choice, self._text_scale = choice, text_scale
            self._apply()
            self.changed.emit()

    def figures(self, scale: float = 1.0, *, bold: bool = False) -> QFont:
        """The application's font with figures of one width, so that changing numbers stand still."""
        font = QFont(QApplication.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        font = QApplication.font()
        font.setPointSizeF(self._base_points * self._text_scale)
        QApplication.setFont(font)
        QApplication.setPalette(qt_palette(self.colours))
        for name in ("QMenu", "QComboBoxPrivateContainer"):  # the second is the list of a combo box
            QApplication.setPalette(menu_palette(self.colours), name)


def qt_palette(colours: Colours) -> QPalette:
    """What Qt's own widgets are drawn with."""
    palette = QPalette()
    role = QPalette.ColorRole
    for target, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.window),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.bad),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Light, colours.raised),
        (role.Midlight, colours.border),
        (role.Mid, colours.border),
        (role.Dark, colours.border),
        (role.Accent, colours.accent),
    ):
        palette.setColor(target, colour)
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, colours.muted)
    return palette


_FUSION_EDGE = 160
"""Fusion darkens the colour of a menu's `Window` by so many percent for its edge."""


def menu_palette(colours: Colours) -> QPalette:
    """What menus and the lists of combo boxes are drawn with: on a raised ground, with an edge.

    Fusion makes the edge from the *colour* of the brush for `Window`, which in a dark window gives one that nobody
    sees; lists fill their ground with the *brush*. A gradient has both: its steps fill, its colour does not.
    """
    ground = colours.raised if colours.dark else colours.surface
    level = QLinearGradient()
    level.setColorAt(0.0, ground)
    level.setColorAt(1.0, ground)
    brush = QBrush(level)
    brush.setColor(colours.edge.lighter(_FUSION_EDGE))
    palette = qt_palette(colours)
    palette.setBrush(QPalette.ColorRole.Window, brush)
    palette.setColor(QPalette.ColorRole.Base, ground)
    return palette
