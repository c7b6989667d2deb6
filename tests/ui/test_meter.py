from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from audiolab.analysis.loudness import LAYOUTS, LoudnessMeter, LoudnessReading, scan
from audiolab.core.recording import ArrayRecording
from audiolab.session.session import Session
from audiolab.session.settings import Settings
from audiolab.ui.actions import ActionSet
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.gauges import Gauge
from audiolab.ui.meter import MeterPanel
from audiolab.ui.meterbars import LoudnessBars
from audiolab.ui.meterfield import FieldBars, balance_text, correlation_text
from audiolab.ui.meterfigures import Figures, rows
from audiolab.ui.meterheader import MeterHeader
from audiolab.ui.meterhistory import HistoryStrip
from audiolab.ui.meterscale import LoudnessScale, level, peak_fraction, peak_ticks
from audiolab.ui.scope import Scope
from audiolab.ui.theme import Theme
from tests.ui.test_actions import Journal

RATE = 48000


def sine(db: float, seconds: float = 4.0, channels: int = 2) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    wave = 10 ** (db / 20) * np.sin(2 * np.pi * 1000 * time)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def reading_of(db: float) -> LoudnessReading:
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(db))
    return meter.reading()


def scale(**changes: object) -> LoudnessScale:
    return LoudnessScale.of(Settings(**changes))  # type: ignore[arg-type]


# ---- scales


def test_target_keeps_its_place_on_the_scale() -> None:
    for target, lufs in (("EBU R128", -23.0), ("Streaming -14", -14.0)):
        assert scale(loudness_target=target).fraction(lufs) == pytest.approx(18 / 27)
    assert scale(loudness_scale="EBU +18").fraction(-23.0) == pytest.approx(36 / 54)


def test_ends_of_the_scale() -> None:
    assert scale().fraction(-41.0) == 0.0
    assert scale().fraction(-14.0) == 1.0
    assert scale().fraction(-80.0) == scale().fraction(None) == 0.0
    assert scale().fraction(3.0) == 1.0


def test_marks_are_written_in_the_chosen_unit() -> None:
    assert scale().ticks()[0] == (0.0, "−41")
    assert (18 / 27, "−23") in scale().ticks()
    relative = scale(loudness_absolute=False)
    assert relative.ticks()[0] == (0.0, "−18")
    assert (18 / 27, "0") in relative.ticks()
    assert relative.ticks()[-1] == (1.0, "+9")
    assert relative.shown(-20.0) == 3.0


def test_the_sign_tells_ebu_mode_from_other_targets() -> None:
    assert (scale().ebu, scale().sign) == (True, "EBU +9 mode")
    assert scale(loudness_scale="EBU +18").sign == "EBU +18 mode"
    other = scale(loudness_target="Streaming -14")
    assert (other.ebu, other.sign) == (False, "+9 LU")


def test_unknown_settings_take_the_default() -> None:
    assert scale(loudness_scale="none", loudness_target="none") == scale()


def test_peaks() -> None:
    assert peak_fraction(None) == peak_fraction(-60.0) == 0.0
    assert peak_fraction(3.0) == peak_fraction(9.0) == 1.0
    assert [text for _, text in peak_ticks()][:2] == ["0", "−6"]


def test_levels_have_one_decimal_and_a_dash_for_none() -> None:
    assert (level(-23.04), level(None)) == ("−23.0", "–")


# ---- figures


def table(reading: LoudnessReading | None, result=None, **changes: object) -> dict[str, tuple[str, ...]]:
    return {row.name: row.texts for row in rows(reading, result, scale(**changes))}


def test_figures_of_a_calibration_tone() -> None:
    found = table(reading_of(-18.0))
    for name in ("Momentary", "Short-term", "Integrated"):
        assert found[name][0] == "−18.0"
    assert found["True peak"][1] == found["Sample peak"][1] == "−18.0"
    assert found["Integrated"][2] == "–"


def test_figures_relative_to_the_target() -> None:
    found = table(reading_of(-18.0), loudness_absolute=False)
    assert found["Integrated"][0] == "5.0"
    assert found["True peak"][1] == "−18.0"


def test_figures_of_the_file_stand_beside() -> None:
    result = scan(ArrayRecording(sine(-20.0), RATE))
    found = table(None, result)
    assert found["Integrated"] == ("–", "–", "−20.0")
    assert found["True peak"] == ("–", "–", "−20.0")


def test_a_young_range_is_marked() -> None:
    made = {row.name: row for row in rows(reading_of(-18.0), None, scale())}
    assert made["Range"].remark == "not stable"
    assert made["Integrated"].remark == ""


def test_figures_can_be_read_out(theme: Theme, qtbot: QtBot) -> None:
    figures = Figures(theme)
    qtbot.addWidget(figures)
    figures.set_scale(scale())
    assert figures.describe() == ""
    figures.show_values(reading_of(-18.0), None)
    assert "Integrated: now −18.0 LUFS" in figures.describe()
    assert figures.toolTip() == figures.describe()


# ---- drawing


def colours_in(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 2)}


@pytest.fixture
def bars(theme: Theme, qtbot: QtBot) -> LoudnessBars:
    made = LoudnessBars(theme)
    qtbot.addWidget(made)
    made.set_scale(scale())
    made.resize(made.sizeHint().width(), 240)
    return made


def area_of(bars: LoudnessBars, colours: set[str]) -> int:
    """Pixels of the loudness bars that have one of `colours`."""
    image = bars.grab().toImage()
    places = ((x, y) for x in range(image.width() // 2) for y in range(image.height()))
    return sum(image.pixelColor(x, y).name() in colours for x, y in places)


def test_bars_grow_with_loudness(bars: LoudnessBars, theme: Theme) -> None:
    colours = theme.colours
    filled = {colours.waveform.name(), colours.good.name(), colours.warn.name()}
    areas = []
    for db in (-38.0, -30.0, -23.0, -16.0):
        bars.show_reading(reading_of(db))
        areas.append(area_of(bars, filled))
    assert areas == sorted(areas)
    assert len(set(areas)) == 4


def test_zones_below_in_and_above_the_target(bars: LoudnessBars, theme: Theme) -> None:
    colours = theme.colours
    bars.show_reading(reading_of(-30.0))
    quiet = colours_in(bars)
    assert colours.waveform.name() in quiet
    assert not {colours.good.name(), colours.warn.name()} & quiet
    bars.show_reading(reading_of(-18.0))
    assert {colours.waveform.name(), colours.good.name(), colours.warn.name()} <= colours_in(bars)


def test_lamps_light_up_and_stay(bars: LoudnessBars, theme: Theme, qtbot: QtBot) -> None:
    bad = theme.colours.bad.name()
    bars.show_reading(reading_of(-3.0))
    assert bad not in colours_in(bars)
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(-0.2, 1.0))
    meter.push(sine(-30.0, 1.0))  # it was long ago, but the maximum remembers
    bars.show_reading(meter.reading())
    assert bad in colours_in(bars)
    with qtbot.waitSignal(bars.lamps_clicked):
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() // 2, 2))


def test_mono_and_stereo_take_the_same_room(bars: LoudnessBars) -> None:
    width = bars.sizeHint().width()
    meter = LoudnessMeter(RATE, 1)
    bars.show_reading(meter.reading())
    assert bars.sizeHint().width() == width


@pytest.mark.parametrize("channels", [1, 2, 6, 32])
def test_any_number_of_channels_is_drawn(theme: Theme, qtbot: QtBot, bars: LoudnessBars, channels: int) -> None:
    meter = LoudnessMeter(RATE, channels)
    meter.push(sine(-20.0, 1.0, channels))
    bars.show_reading(meter.reading())
    bars.resize(bars.sizeHint())
    assert theme.colours.waveform.name() in colours_in(bars)


def test_history_shows_the_newest_at_the_right(theme: Theme, qtbot: QtBot) -> None:
    strip = HistoryStrip(theme)
    qtbot.addWidget(strip)
    strip.set_scale(scale())
    strip.resize(300, 72)
    empty = strip.grab().toImage()
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(-20.0, 12.0))
    strip.show_curves(meter.history())
    drawn = strip.grab().toImage()
    changed = [x for x in range(300) if any(drawn.pixel(x, y) != empty.pixel(x, y) for y in range(72))]
    assert changed
    assert min(changed) >= 300 - 12 * 5 - 4
    assert max(changed) >= 296


def test_history_shades_what_the_gate_leaves_out(theme: Theme, qtbot: QtBot) -> None:
    strip = HistoryStrip(theme)
    qtbot.addWidget(strip)
    strip.set_scale(scale())
    strip.resize(300, 82)
    strip.show_curves(None, -33.0)  # 8 of the 27 LU of the scale lie below it
    image = strip.grab().toImage()
    shade = [y for y in range(82) if image.pixelColor(290, y) == theme.colours.raised]
    assert len(shade) == pytest.approx(82 * 8 / 27, abs=2)
    assert max(shade) == 81
    strip.show_curves(None, -60.0)
    assert strip.grab().toImage().pixelColor(290, 80) == theme.colours.surface


# ---- correlation and balance


def field_of(left: float, right: float) -> LoudnessReading:
    """What a meter reads of one tone with these factors."""
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(-20.0, 1.0) * np.array([left, right], np.float32))
    return meter.reading()


def test_correlation_and_balance_in_words() -> None:
    assert (correlation_text(-0.5), correlation_text(None)) == ("−0.50", "–")
    assert (balance_text(-0.123), balance_text(0.5), balance_text(0.0), balance_text(None)) == (
        "L 12 %",
        "R 50 %",
        "0 %",
        "–",
    )


def test_opposite_phases_are_marked(theme: Theme, qtbot: QtBot) -> None:
    bars = FieldBars(theme)
    qtbot.addWidget(bars)
    bars.resize(260, 40)
    bars.show_reading(field_of(1.0, 1.0))
    assert bars.describe() == "Correlation: +1.00\nBalance: 0 %"
    assert theme.colours.bad.name() not in colours_in(bars)
    bars.show_reading(field_of(1.0, -1.0))
    assert bars.describe().startswith("Correlation: −1.00")
    assert theme.colours.bad.name() in colours_in(bars)


# ---- the panel


@pytest.fixture
def panel(session: Session, theme: Theme, qtbot: QtBot) -> MeterPanel:
    actions = ActionSet(ACTIONS, session, theme, Journal(), session)
    made = MeterPanel(session, theme, actions)
    qtbot.addWidget(made)
    made.resize(380, 300)
    made.show()
    return made


def test_panel_draws_what_is_heard(panel: MeterPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    figures = panel.findChild(Figures)
    assert "Integrated: file −20.0 LUFS" in figures.describe()
    session.metering.meter.push(sine(-26.0))
    session.metering.changed.emit()
    qtbot.waitUntil(lambda: "Integrated: now −26.0, file −20.0 LUFS" in figures.describe())


def test_panel_forgets_with_the_recording(panel: MeterPanel, session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    session.show(None)
    assert panel.findChild(Figures).describe() == ""


def test_panel_follows_the_scale(panel: MeterPanel, session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    session.settings.update(loudness_absolute=False)
    assert "Integrated: file 3.0 LU" in panel.findChild(Figures).describe()


def test_nothing_is_drawn_while_nothing_is_seen(panel: MeterPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    figures = panel.findChild(Figures)
    before = figures.describe()
    panel.hide()
    session.metering.meter.push(sine(-26.0))
    session.metering.changed.emit()
    qtbot.wait(300)
    assert figures.describe() == before
    panel.show()
    assert figures.describe() != before


def test_panel_can_be_heard(panel: MeterPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    session.metering.meter.push(sine(-0.3))
    panel.refresh()
    said = panel.accessibleDescription()
    assert "Integrated: now −0.3, file −20.0 LUFS" in said
    assert "Correlation: +1.00" in said
    assert "Highest true peak of each channel: L −0.3, R −0.3 dBTP; over −1.0 dBTP" in said
    assert panel.findChild(Figures).accessibleDescription() in said


def test_what_is_heard_is_said_at_most_once_a_second(panel: MeterPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    said: list[str] = []
    panel._describe = lambda: said.append("")  # what Qt would tell the screen reader
    for _ in range(12):
        session.metering.meter.push(sine(-26.0, 0.1))
        session.metering.changed.emit()
        qtbot.wait(40)
    assert len(said) <= 1


def test_pausing_is_told_beside_the_measured_time(panel: MeterPanel, session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    session.metering.meter.push(sine(-26.0))
    panel.refresh()
    figures = panel.findChild(Figures)
    assert figures._measured() == "00:04"
    session.metering.set_running(False)
    pause = next(button for button in panel.findChildren(QToolButton) if button.isCheckable())
    assert pause.isChecked()
    panel.refresh()
    assert figures._measured() == "00:04 paused"


def test_target_and_scale_are_chosen_in_the_header(panel: MeterPanel, session: Session) -> None:
    header = panel.findChild(MeterHeader)
    target = header.findChild(QComboBox)
    index = target.findData("Podcast -19")
    target.setCurrentIndex(index)
    target.activated.emit(index)
    assert session.settings.current.loudness_target == "Podcast -19"
    assert header._sign.text() == "+9 LU"
    header._sign.menu().aboutToShow.emit()
    header._sign.menu().actions()[1].trigger()
    assert session.settings.current.loudness_scale == "EBU +18"
    assert header._sign.text() == "+18 LU"
    header._sign.menu().aboutToShow.emit()
    texts = [entry.text() for entry in header._sign.menu().actions() if entry.text()]
    assert texts[0] == "EBU +9: −18 to +9 LU"
    assert len(texts) == 4, "filling the menu again repeats entries"


def test_scope_lights_up_with_what_sounds(panel: MeterPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    scope = panel.findChild(Scope)
    session.metering.sounded.emit(sine(-20.0, 0.02))
    session.metering.changed.emit()
    qtbot.waitUntil(lambda: bool(scope.light.any()))
    qtbot.waitUntil(lambda: not scope.lit)


# ---- for screen readers


def gauges(panel: MeterPanel) -> dict[str, Gauge]:
    return {gauge.accessibleName(): gauge for gauge in panel.findChildren(Gauge)}


def test_every_value_is_an_object_with_a_unit(panel: MeterPanel, session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    session.metering.meter.push(sine(-26.0))
    panel.refresh()
    said = {}
    for name, gauge in gauges(panel).items():
        interface = QAccessible.queryAccessibleInterface(gauge)
        assert interface.role() == QAccessible.Role.SpinBox
        assert interface.state().readOnly
        assert interface.text(QAccessible.Text.Name) == name
        said[name] = interface.text(QAccessible.Text.Value)
    assert said == {
        "Momentary loudness": "now −26.0, max −26.0, file −20.0 LUFS",
        "Short-term loudness": "now −26.0, max −26.0, file −20.0 LUFS",
        "Integrated loudness": "now −26.0, file −20.0 LUFS",
        "Loudness range": "now 0.0, file 2.5 LU (not stable)",
        "True peak": "now −26.0, max −26.0, file −20.0 dBTP",
        "Sample peak": "now −26.0, max −26.0, file −20.0 dBFS",
    }


def test_values_have_numbers_and_limits(panel: MeterPanel, session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    interface = QAccessible.queryAccessibleInterface(gauges(panel)["Integrated loudness"])
    value = interface.valueInterface()
    assert value.currentValue() == pytest.approx(-20.0, abs=0.05)
    assert (value.minimumValue(), value.maximumValue(), value.minimumStepSize()) == (-41.0, -14.0, 0.1)
    session.settings.update(loudness_absolute=False, loudness_target="Streaming -14")
    assert value.currentValue() == pytest.approx(-6.0, abs=0.05)
    assert (value.minimumValue(), value.maximumValue()) == (-18.0, 9.0)


def test_before_anything_is_known_that_is_said(panel: MeterPanel) -> None:
    interface = QAccessible.queryAccessibleInterface(gauges(panel)["Integrated loudness"])
    assert interface.text(QAccessible.Text.Value) == "no value yet"
    assert interface.valueInterface().currentValue() == -41.0


def test_keys_go_from_value_to_value(panel: MeterPanel, qtbot: QtBot) -> None:
    figures = panel.findChild(Figures)
    with qtbot.waitActive(panel, timeout=2000):
        panel.activateWindow()
    figures.setFocus()
    assert panel.focusWidget().accessibleName() == "Momentary loudness"
    for key, name in (
        (Qt.Key.Key_Up, "Momentary loudness"),
        (Qt.Key.Key_Down, "Short-term loudness"),
        (Qt.Key.Key_Down, "Integrated loudness"),
        (Qt.Key.Key_Up, "Short-term loudness"),
    ):
        qtbot.keyClick(panel.focusWidget(), key)
        assert panel.focusWidget().accessibleName() == name


def test_gauges_take_no_room_and_no_mouse(panel: MeterPanel, session: Session, theme: Theme) -> None:
    figures = panel.findChild(Figures)
    session.show(ArrayRecording(sine(-20.0), RATE))
    drawn = figures.grab().toImage()
    for gauge in figures.findChildren(Gauge):
        gauge.hide()
    assert figures.grab().toImage() == drawn
    assert figures.childAt(figures.width() // 2, figures.height() // 2) is None


# ---- peaks that are held, and lamps


def lamps(bars: LoudnessBars, theme: Theme) -> list[bool]:
    """Whether each row of lamps is lit anywhere, from top to bottom."""
    image = bars.grab().toImage()
    bad = theme.colours.bad.name()
    top = bars._area().top()
    rows = [any(image.pixelColor(x, y).name() == bad for x in range(image.width())) for y in range(top - 4)]
    return [any(rows[: top // 2 - 2]), any(rows[top // 2 :])]


def test_clipping_and_overs_have_lamps_of_their_own(bars: LoudnessBars, theme: Theme) -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(-3.0, 1.0))
    bars.show_reading(meter.reading())
    assert lamps(bars, theme) == [False, False]
    meter.push(sine(-0.5, 1.0))
    bars.show_reading(meter.reading())
    assert lamps(bars, theme) == [False, True]
    meter.push(np.clip(2.0 * sine(-0.5, 1.0), -1.0, 1.0))
    meter.push(sine(-40.0, 1.0))
    bars.show_reading(meter.reading())
    assert lamps(bars, theme) == [True, True]
    bars.set_layout(LAYOUTS["stereo"])
    assert bars.describe().endswith("over −1.0 dBTP; clipped samples in L, R")
    meter.reset_peaks()
    bars.show_reading(meter.reading())
    assert lamps(bars, theme) == [False, False]


def test_a_click_on_the_lamps_resets_peaks_only(panel: MeterPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    session.metering.meter.push(sine(-0.3))
    panel.refresh()
    bars = panel.findChild(LoudnessBars)
    before = session.metering.reading.integrated_lufs
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() // 2, 2))
    assert session.metering.reading.max_true_peak_dbtp is None
    assert session.metering.reading.integrated_lufs == before


def test_the_held_peak_is_marked_above_the_present_one(bars: LoudnessBars, theme: Theme) -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(-6.0, 0.1))
    meter.push(sine(-30.0, 1.0))
    meter._levels.max_true_peaks[:] = 0.0  # no maximum there, so that the mark is that of the hold
    meter.push(sine(-30.0, 0.1))
    bars.show_reading(meter.reading())
    image, area = bars.grab().toImage(), bars._area()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    marked = {y for x, y in places if image.pixelColor(x, y) == theme.colours.rms}
    wanted = area.bottom() - peak_fraction(-6.0) * area.height()
    assert len(marked) == 1
    assert marked.pop() == pytest.approx(wanted, abs=2.5)


def test_channels_are_named(bars: LoudnessBars) -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(sine(-6.0, 1.0))
    bars.show_reading(meter.reading())
    bars.set_layout(LAYOUTS["stereo"])
    assert "L −6.0, R −6.0 dBTP" in bars.describe()
    assert "Channels: stereo: L R" in bars.toolTip()


def test_what_stands_still_follows_theme_scale_and_channels(bars: LoudnessBars, theme: Theme) -> None:
    reading = reading_of(-20.0)
    bars.show_reading(reading)
    pictures = [bars.grab().toImage()]
    bars.set_scale(scale(loudness_scale="EBU +18"))
    pictures.append(bars.grab().toImage())
    bars.set_layout(LAYOUTS["stereo"])
    pictures.append(bars.grab().toImage())
    theme.choose("light", 1.0)
    pictures.append(bars.grab().toImage())
    assert theme.colours.surface.name() in colours_in(bars)
    assert all(before != after for before, after in pairwise(pictures))
    bars.show_reading(reading)
    assert bars.grab().toImage() == pictures[-1]
