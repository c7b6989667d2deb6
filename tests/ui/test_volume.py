import pytest
from pytestqt.qtbot import QtBot

from audiolab.session.session import Session
from audiolab.ui.volume import STEPS, VolumeSlider, describe, position_of, volume_at


def test_ends_are_silence_and_full_volume() -> None:
    assert (volume_at(0), volume_at(STEPS)) == (0.0, 1.0)
    assert (volume_at(-5), volume_at(STEPS + 5)) == (0.0, 1.0)


@pytest.mark.parametrize("position", range(0, STEPS + 1, 7))
def test_positions_come_back(position: int) -> None:
    assert position_of(volume_at(position)) == position


def test_described_in_decibels() -> None:
    assert describe(1.0) == "0.0 dB"
    assert describe(0.5) == "−6.0 dB"
    assert describe(0.0) == "muted"


def test_slider_and_setting_follow_each_other(session: Session, qtbot: QtBot) -> None:
    slider = VolumeSlider(session)
    qtbot.addWidget(slider)
    assert slider.value() == STEPS
    slider.setValue(50)
    assert session.transport.volume == volume_at(50)
    session.transport.set_volume(0.0)
    assert slider.value() == 0
    assert "muted" in slider.toolTip()
