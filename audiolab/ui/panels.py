"""The registry of panels: what there is, where it stands at first, and how it is made."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.docks import Panel, Place
from audiolab.ui.theme import Theme


def panels(session: Session, theme: Theme, actions: ActionSet) -> tuple[Panel, ...]:
    """All panels, from top to bottom of each column. A panel's modules are imported when it is built."""

    def overview() -> QWidget:
        from audiolab.ui.overview import Overview
        from audiolab.ui.ruler import TimeRuler

        return _stacked(Overview(session, theme), TimeRuler(session, theme))

    def waveform() -> QWidget:
        from audiolab.ui.waveform import WaveformView

        return WaveformView(session, theme)

    def alignment() -> QWidget:
        from audiolab.ui.lanes import LaneView

        return LaneView(session, theme)

    def spectrogram() -> QWidget:
        from audiolab.ui.spectrogram import SpectrogramView

        return SpectrogramView(session, theme)

    def transcript() -> QWidget:
        from audiolab.ui.transcript import Transcript

        return Transcript(session, theme, actions["speech.transcribe"])

    def meter() -> QWidget:
        from audiolab.ui.meter import MeterPanel

        return MeterPanel(session, theme, actions["view.reset_meter"])

    return (
        Panel("overview", "Overview", "Ctrl+1", Place.TIME, 72, overview, grows=False),
        Panel("waveform", "Waveform", "Ctrl+2", Place.TIME, 300, waveform),
        Panel("alignment", "Alignment", "Ctrl+3", Place.TIME, 96, alignment, grows=False),
        Panel("spectrogram", "Spectrogram", "Ctrl+4", Place.TIME, 400, spectrogram),
        Panel("transcript", "Transcript", "Ctrl+5", Place.SIDE, 420, transcript),
        Panel("meter", "Loudness", "Ctrl+6", Place.SIDE, 320, meter),
    )


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
