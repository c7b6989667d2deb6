"""The spectrogram's own menu: preset, colours, scale, channel, gain and range."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from audiolab.ui.spectrogramlook import (
    GAIN_STEP,
    RANGE_STEP,
    Option,
    brighter,
    colour_options,
    preset_options,
    scale_options,
    wider,
)

if TYPE_CHECKING:
    from audiolab.ui.spectrogram import SpectrogramView


def fill_menu(menu: QMenu, view: "SpectrogramView") -> None:
    """Add all there is to choose for `view` to `menu`."""
    store = view.session.settings
    settings = store.current
    _add_options(menu, view, preset_options(settings))
    menu.addSeparator()
    _add_options(menu.addMenu("&Colours"), view, colour_options(settings))
    _add_options(menu.addMenu("&Frequency scale"), view, scale_options(settings))
    _add_channels(menu, view)
    menu.addSeparator()
    for text, change, step in (
        ("&Brighter", brighter, GAIN_STEP),
        ("&Darker", brighter, -GAIN_STEP),
        ("&Wider range", wider, RANGE_STEP),
        ("&Narrower range", wider, -RANGE_STEP),
    ):
        _add(menu, text, partial(store.update, **change(settings, step)))
    menu.addSeparator()
    _add(menu, "&All frequencies of the preset", view.reset_vertically).setEnabled(view.zoomed)


def _add_options(menu: QMenu, view: "SpectrogramView", options: list[Option]) -> None:
    """Alternatives, the present one ticked."""
    group = QActionGroup(menu)
    for option in options:
        action = _add(menu, option.text, partial(view.session.settings.update, **option.changes))
        action.setCheckable(True)
        action.setChecked(option.ticked)
        group.addAction(action)


def _add_channels(menu: QMenu, view: "SpectrogramView") -> None:
    recording = view.session.recording
    if recording is None or recording.channels == 1:
        return
    channels = menu.addMenu("C&hannel")
    group = QActionGroup(channels)
    for channel in range(recording.channels):
        name = ("Left", "Right")[channel] if recording.channels == 2 else str(channel + 1)
        action = _add(channels, name, partial(view.set_channel, channel))
        action.setCheckable(True)
        action.setChecked(channel == view.channel)
        group.addAction(action)


def _add(menu: QMenu, text: str, act) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: act())
    return action
