"""The registry of panels: what there is, where it stands at first, and how it is made."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.docks import Panel, Place
from audiolab.ui.theme import Theme

CONTEXT_MENU = (
    "play.selection",
    "speech.selection",
    "view.zoom_selection",
    "view.fit",
    "edit.all",
    "edit.zero",
    "file.export",
)
"""What the context menu of every view of time begins with."""

TIER_MENU = (
    "tiers.rename",
    "tiers.split",
    "tiers.merge",
    "tiers.delete",
    "tiers.insert",
    "tiers.new_intervals",
    "tiers.new_points",
    "tiers.rename_tier",
    "tiers.delete_tier",
)
"""What the context menu of the alignment lane begins with."""


def panels(session: Session, theme: Theme, actions: ActionSet) -> tuple[Panel, ...]:
    """All panels, from top to bottom of each column. A panel's modules are imported when it is built."""

    def overview() -> QWidget:
        from audiolab.ui.overview import Overview
        from audiolab.ui.ruler import TimeRuler

        views = Overview(session, theme), TimeRuler(session, theme)
        for view in views:
            offer_menu(view, actions)
        return _stacked(*views)

    def waveform() -> QWidget:
        from audiolab.ui.waveform import WaveformView

        return offer_menu(WaveformView(session, theme), actions)

    def loudness() -> QWidget:
        from audiolab.ui.loudnesslane import LoudnessLane

        return offer_menu(LoudnessLane(session, theme), actions)

    def alignment() -> QWidget:
        from audiolab.ui.lanes import LaneView

        return offer_menu(LaneView(session, theme), actions, TIER_MENU)

    def spectrogram() -> QWidget:
        from audiolab.ui.spectrogram import SpectrogramView

        return offer_menu(SpectrogramView(session, theme), actions)

    def transcript() -> QWidget:
        from audiolab.ui.readby import ReadBy
        from audiolab.ui.transcript import Transcript

        made = Transcript(session, theme, actions["speech.transcribe"])
        offer_menu(made.text, actions)
        return _stacked(made, ReadBy(session, theme))

    def meter() -> QWidget:
        from audiolab.ui.meter import MeterPanel

        return MeterPanel(session, theme, actions)

    def soundlevels() -> QWidget:
        from audiolab.ui.soundlevels import SoundLevelPanel

        return SoundLevelPanel(session, theme)

    def overs() -> QWidget:
        from audiolab.ui.overslist import OversList

        return OversList(session, theme)

    def spectrum() -> QWidget:
        from audiolab.ui.spectrum import SpectrumPanel

        return SpectrumPanel(session, theme)

    return (
        Panel("overview", "Overview", "Ctrl+1", Place.TIME, 72, overview, grows=False),
        Panel("waveform", "Waveform", "Ctrl+2", Place.TIME, 300, waveform),
        Panel("loudness", "Loudness lane", "Ctrl+7", Place.TIME, 112, loudness, grows=False, shown=False),
        Panel("alignment", "Alignment", "Ctrl+3", Place.TIME, 96, alignment, grows=False),
        Panel("spectrogram", "Spectrogram", "Ctrl+4", Place.TIME, 400, spectrogram),
        Panel("transcript", "Transcript", "Ctrl+5", Place.SIDE, 420, transcript),
        Panel(
            "text",
            "Text",
            "Ctrl+Alt+5",
            Place.SIDE,
            320,
            partial(_align_text, session, theme, actions),
            shown=False,
            behind="transcript",
        ),
        Panel(
            "review",
            "Review",
            "Ctrl+Alt+7",
            Place.SIDE,
            320,
            partial(_review, session, theme, actions),
            shown=False,
            behind="transcript",
        ),
        Panel("overs", "Overs", "Ctrl+8", Place.SIDE, 240, overs, shown=False, behind="transcript"),
        Panel(
            "parts",
            "Loudness table",
            "Ctrl+Alt+6",
            Place.SIDE,
            240,
            partial(_loudness_table, session, theme),
            shown=False,
            behind="transcript",
        ),
        Panel("meter", "Loudness", "Ctrl+6", Place.SIDE, 320, meter),
        Panel("spectrum", "Spectrum", "Ctrl+0", Place.SIDE, 320, spectrum, shown=False, behind="meter"),
        Panel("levels", "Sound levels", "Ctrl+9", Place.SIDE, 320, soundlevels, shown=False, behind="meter"),
    )


def _align_text(session: Session, theme: Theme, actions: ActionSet) -> QWidget:
    from audiolab.ui.aligntext import AlignTextPanel

    return AlignTextPanel(session, theme, actions["review.next"])


def _review(session: Session, theme: Theme, actions: ActionSet) -> QWidget:
    from audiolab.ui.reviewpanel import ReviewPanel

    return ReviewPanel(session, theme, actions)


def _loudness_table(session: Session, theme: Theme) -> QWidget:
    from audiolab.ui.loudnesstable import LoudnessTable

    return LoudnessTable(session, theme)


def offer_menu(view: QWidget, actions: ActionSet, first: tuple[str, ...] = ()) -> QWidget:
    """Give a view of time a context menu: what can be done there, then what the view itself offers."""

    def popup(place: QPoint) -> None:
        menu = view.menu() if hasattr(view, "menu") else QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        own = menu.actions()
        general = [actions[action_id] for action_id in (*first, *CONTEXT_MENU)]
        menu.insertActions(own[0] if own else None, general)
        if own:
            menu.insertSeparator(own[0])
        menu.popup(view.mapToGlobal(place))

    view.customContextMenuRequested.connect(popup)
    return view


def _stacked(upper: QWidget, lower: QWidget) -> QWidget:
    """Two views as one panel, without a gap."""
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(upper, 1)
    column.addWidget(lower)
    both.setFocusProxy(upper)
    return both
