"""The running program, as a process of its own."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audiolab import app, paths

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLE = paths.resource_root() / "samples" / "speech.flac"

DRIVER = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

run_loop = QApplication.exec

def driven(*_):
    QTimer.singleShot(0, begin)
    return run_loop()

def window():
    return next(widget for widget in QApplication.topLevelWidgets() if type(widget).__name__ == "Window")

QApplication.exec = driven
{script}
from audiolab.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def start(script: str, *arguments: str | Path, **environment: str | None) -> subprocess.Popen[str]:
    """The program; `script` defines `begin`, which is called once its window is shown."""
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER.format(script=script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={name: value for name, value in variables.items() if value is not None},
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, list[str]]:
    """Exit code, standard output, and the lines of standard error that are not the offscreen platform's own."""
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, [line for line in errors.splitlines() if "This plugin does not" not in line]


CLOSE = "def begin(): window().close()"
WAIT = "def begin(): print('ready', flush=True)"


def test_closing_the_window_ends_the_program() -> None:
    assert finish(start(CLOSE)) == (0, "", [])


@pytest.mark.parametrize("delay", [0, 20, 100, 400])
def test_closing_while_a_file_is_opened_ends_cleanly(delay: int) -> None:
    script = f"def begin(): QTimer.singleShot({delay}, lambda: window().close())"
    assert finish(start(script, SAMPLE)) == (0, "", [])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_quietly(number: signal.Signals, code: int) -> None:
    process = start(WAIT, SAMPLE)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert finish(process) == (code, "", [])


def test_the_window_is_shown_before_anything_slow_is_loaded() -> None:
    script = (
        "def begin():\n"
        "    QTimer.singleShot(0, report)\n"
        "def report():\n"
        "    print(*sorted({'torch', 'scipy', 'pyqtgraph', 'sounddevice'} & set(sys.modules)), flush=True)\n"
        "    window().close()\n"
    )
    assert finish(start(script, SAMPLE)) == (0, "\n", [])


def test_an_unexpected_error_is_one_sentence_and_the_program_goes_on(user_directories: Path) -> None:
    script = (
        "def begin():\n"
        "    QTimer.singleShot(0, fail)\n"
        "    QTimer.singleShot(100, report)\n"
        "def fail():\n"
        "    raise RuntimeError('the cat is on the keyboard')\n"
        "def report():\n"
        "    print(window().notices.pending[-1].text, flush=True)\n"
        "    window().close()\n"
    )
    code, output, errors = finish(start(script))
    assert code == 0
    assert output.startswith("Something went wrong (RuntimeError in fail).")
    assert errors == ["audiolab: unexpected error in fail: the cat is on the keyboard"]
    log = (user_directories / "cache" / "log.txt").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "the cat is on the keyboard" in log


def test_a_file_that_cannot_be_opened_is_told_in_the_window(tmp_path: Path) -> None:
    script = (
        "def begin(): wait()\n"
        "def wait():\n"
        "    if not window().notices.pending: return QTimer.singleShot(20, wait)\n"
        "    print(window().notices.pending[-1].text, flush=True)\n"
        "    window().close()\n"
    )
    code, output, errors = finish(start(script, tmp_path / "absent.wav"))
    assert (code, errors) == (0, [])
    assert output.startswith("absent.wav: ")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize("display", [None, ":4242"])
def test_without_a_display_it_says_so(display: str | None) -> None:
    process = start(CLOSE, QT_QPA_PLATFORM=None, WAYLAND_DISPLAY=None, DISPLAY=display)
    code, output, errors = finish(process)
    assert (code, output) == (1, "")
    assert len(errors) == 1
    assert "no display" in errors[0]
    assert "audiolab transcribe" in errors[0]


@pytest.mark.display
@pytest.mark.skipif("DISPLAY" not in os.environ, reason="needs an X server")
def test_on_a_real_display_nothing_is_said() -> None:
    process = start("def begin(): QTimer.singleShot(1500, lambda: window().close())", SAMPLE, QT_QPA_PLATFORM="xcb")
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, output, errors) == (0, "", "")


def test_the_log_begins_anew_when_it_has_grown(user_directories: Path) -> None:
    file = app.log_file()
    file.parent.mkdir(parents=True)
    file.write_text("x" * (app.LOG_BYTES + 1))
    before = logging.getLogger().handlers[:]
    try:
        app._start_log()
        assert file.stat().st_size == 0
    finally:
        for handler in set(logging.getLogger().handlers) - set(before):
            logging.getLogger().removeHandler(handler)
            handler.close()


def test_terminal_lines_have_no_traceback() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "went %s", ("wrong",), sys.exc_info())
    assert app.OneLine("audiolab: %(message)s").format(record) == "audiolab: went wrong"
