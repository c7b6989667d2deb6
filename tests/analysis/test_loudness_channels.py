"""Channel layouts and their weights (BS.1770-5)."""

import pytest

from audiolab.analysis.loudness import (
    LAYOUTS,
    Speaker,
    default_layout,
    find_layout,
    layout_of_speakers,
    layouts_for,
)
from audiolab.analysis.loudness.channels import channel_weights, fitting_layout
from audiolab.core.errors import AudiolabError


@pytest.mark.parametrize(
    ("azimuth", "elevation", "weight"),
    [
        (0, 0, 1.0),
        (30, 0, 1.0),
        (59.9, 0, 1.0),
        (60, 0, 1.41),
        (-90, 0, 1.41),
        (110, 29.9, 1.41),
        (120, 0, 1.41),
        (120.1, 0, 1.0),
        (135, 0, 1.0),
        (90, 30, 1.0),
        (90, -30, 1.0),
        (180, 0, 1.0),
    ],
)
def test_the_weight_follows_from_the_position(azimuth: float, elevation: float, weight: float) -> None:
    assert Speaker("any", azimuth, elevation).weight == weight


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("mono", [1]),
        ("stereo", [1, 1]),
        ("3.0", [1, 1, 1]),
        ("4.0", [1, 1, 1.41, 1.41]),
        ("5.0", [1, 1, 1, 1.41, 1.41]),
        ("5.1", [1, 1, 1, 0, 1.41, 1.41]),
        ("5.1 film", [1, 1, 1, 1.41, 1.41, 0]),
        ("6.1", [1, 1, 1, 0, 1, 1.41, 1.41]),
        ("7.1", [1, 1, 1, 0, 1, 1, 1.41, 1.41]),
        ("7.1 sides first", [1, 1, 1, 0, 1.41, 1.41, 1, 1]),
        ("5.1.4", [1, 1, 1, 0, 1.41, 1.41, 1, 1, 1, 1]),
        ("7.1.4", [1, 1, 1, 0, 1.41, 1.41, 1, 1, 1, 1, 1, 1]),
        ("9.1.6", [1, 1, 1, 0, 1.41, 1.41, 1, 1, 1.41, 1.41, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_weights_of_layouts(name: str, weights: list[float]) -> None:
    assert list(LAYOUTS[name].weights) == weights


def test_22_2_has_two_lfe_and_its_sides_weigh_more() -> None:
    layout = LAYOUTS["22.2"]
    by_name = dict(zip((speaker.name for speaker in layout.speakers), layout.weights, strict=True))
    assert layout.channels == 24
    assert [name for name, weight in by_name.items() if weight == 0] == ["LFE", "LFE2"]
    assert [name for name, weight in by_name.items() if weight == 1.41] == ["Lw", "Rw", "Lss", "Rss"]


@pytest.mark.parametrize("channels", range(1, 33))
def test_every_number_of_channels_has_a_layout(channels: int) -> None:
    assert default_layout(channels).channels == channels


def test_numbers_without_a_layout_count_all_channels_alike() -> None:
    assert default_layout(9).weights == (1.0,) * 9
    with pytest.raises(ValueError, match="at least one channel"):
        default_layout(0)


def test_a_layout_must_fit() -> None:
    assert fitting_layout(2, None).name == "stereo"
    with pytest.raises(AudiolabError, match=r"'5\.1' has 6 channels, the sound has 2; choose 'stereo'\.$"):
        fitting_layout(2, LAYOUTS["5.1"])


def test_dual_mono_counts_one_channel_twice_and_leaves_stereo_alone() -> None:
    assert channel_weights(LAYOUTS["mono"], dual_mono=True) == (2.0,)
    assert channel_weights(LAYOUTS["stereo"], dual_mono=True) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("speakers", "name", "weights"),
    [
        ("L R", "stereo", (1.0, 1.0)),
        ("L R LFE", "2.1", (1.0, 1.0, 0.0)),
        ("L C R Ls Rs LFE", "5.1 film", (1.0, 1.0, 1.0, 1.41, 1.41, 0.0)),
        ("L R C Cs", "L R C Cs", (1.0, 1.0, 1.0, 1.0)),
    ],
)
def test_a_file_may_say_where_its_channels_stand(speakers: str, name: str, weights: tuple[float, ...]) -> None:
    layout = layout_of_speakers(len(speakers.split()), tuple(speakers.split()))
    assert (layout.name, layout.weights) == (name, weights)


@pytest.mark.parametrize("speakers", [(), ("L", "R"), ("L", "R", "nowhere")])
def test_what_a_file_says_must_make_sense(speakers: tuple[str, ...]) -> None:
    assert layout_of_speakers(3, speakers) == default_layout(3)


def test_layouts_of_a_number_of_channels() -> None:
    assert [layout.name for layout in layouts_for(6)] == ["5.1", "5.1 film", "6 channels"]
    assert [layout.name for layout in layouts_for(2)] == ["stereo"]
    assert [layout.name for layout in layouts_for(9)] == ["9 channels"]


def test_layouts_are_found_by_name() -> None:
    assert find_layout("5.1 Film") is LAYOUTS["5.1 film"]
    assert find_layout("6 channels").weights == (1.0,) * 6
    with pytest.raises(AudiolabError, match=r"^'5' is no channel layout; choose one of: 'mono', 'stereo'"):
        find_layout("5")
