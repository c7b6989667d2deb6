import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.analysis.loudness import LAYOUTS
from audiolab.ui.scope import Scope, stereo_pair
from audiolab.ui.theme import Theme

NOISE = np.random.default_rng(3).uniform(-0.4, 0.4, 1000).astype(np.float32)


@pytest.fixture
def scope(theme: Theme, qtbot: QtBot) -> Scope:
    made = Scope(theme)
    qtbot.addWidget(made)
    made.set_layout(LAYOUTS["stereo"])
    made.resize(81, 81)
    made.show()
    return made


def lit(scope: Scope, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the light, from the middle."""
    scope.take(np.column_stack([left, right]))
    scope.advance()
    rows, columns = np.nonzero(scope.light)
    return rows - 40, columns - 40


def test_mono_is_an_upright_line(scope: Scope) -> None:
    rows, columns = lit(scope, NOISE, NOISE)
    assert np.abs(columns).max() <= 1
    assert rows.min() < -36
    assert rows.max() > 36


def test_opposite_phases_lie_flat(scope: Scope) -> None:
    rows, columns = lit(scope, NOISE, -NOISE)
    assert np.abs(rows).max() <= 1
    assert columns.min() < -36
    assert columns.max() > 36


def test_left_alone_leans_to_the_left(scope: Scope) -> None:
    rows, columns = lit(scope, NOISE, np.zeros_like(NOISE))
    np.testing.assert_allclose(rows, columns, atol=1)
    assert (columns[rows < -5] < 0).all()


def test_light_fades_until_nothing_is_left(scope: Scope) -> None:
    lit(scope, NOISE, NOISE)
    assert scope.lit
    for _ in range(40):
        scope.advance()
    assert not scope.lit


def test_nothing_is_kept_for_a_scope_that_is_not_seen(scope: Scope) -> None:
    scope.hide()
    scope.take(np.column_stack([NOISE, NOISE]))
    assert not scope.lit


def test_left_and_right_are_found_in_every_layout(scope: Scope) -> None:
    assert stereo_pair(LAYOUTS["mono"]) == (0, 0)
    assert stereo_pair(LAYOUTS["5.1 film"]) == (0, 2)
    scope.set_layout(LAYOUTS["mono"])
    scope.take(NOISE[:, np.newaxis])
    scope.advance()
    assert scope.grab().toImage().width() == 81
    assert np.abs(np.nonzero(scope.light)[1] - 40).max() <= 1
