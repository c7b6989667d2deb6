"""The real program in a real window: started, clicked, typed into, looked at."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from tests.patience import PATIENCE, wait_for

Pixels = npt.NDArray[np.uint8]

ROOT = Path(__file__).resolve().parents[2]

_SCREENSHOT = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(["screenshot", "-platform", "xcb"])
application.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


def missing() -> str | None:
    """Why no window can be opened and driven here; None where it can."""
    absent = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    return f"window tests need {', '.join(absent)} (Debian: xvfb, xdotool)" if absent else None


class Display:
    """An X server of the tests' own, without a window manager."""

    def __init__(self) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        command.append("-noreset")  # it would refuse whoever comes while it starts afresh behind its last client
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.environment = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()


class Program:
    """A running Audiolab.

    Args:
        arguments: of its command line.
        environment: of its display, its sound server, its user directories.
    """

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self._environment = os.environ | environment
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed on leaving
        self.process = subprocess.Popen(
            [sys.executable, "-m", "audiolab", *arguments], cwd=ROOT, env=self._environment, stderr=self.errors
        )
        self._window = ""

    def __enter__(self) -> Self:
        wait_for(self._find_window, "a window")
        self.xdotool("windowsize", self._window, "1600", "1000")
        self.xdotool("windowmove", self._window, "0", "0")
        self.xdotool("windowfocus", "--sync", self._window)
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.errors.close()

    def key(self, *keys: str) -> None:
        """Press keys, named as xdotool does."""
        self.xdotool("key", *keys)

    def click(self, x: int, y: int) -> None:
        """Click with the first button."""
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def look(self) -> Pixels:
        """The screen, uint8 of shape (height, width, 3)."""
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory, "screen.png")
            subprocess.run([sys.executable, "-c", _SCREENSHOT, str(file)], env=self._environment, check=True)
            return read_picture(file)

    def quit(self) -> str:
        """Leave the program as a person does; what it wrote to standard error."""
        self.key("ctrl+q")
        assert self.process.wait(PATIENCE) == 0, self._said()
        return self._said()

    def _said(self) -> str:
        """What it wrote to standard error so far."""
        self.errors.seek(0)
        return self.errors.read().decode()

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    def _find_window(self) -> bool:
        assert self.process.poll() is None, f"the program ended before it showed a window: {self._said()}"
        found = self.xdotool("search", "--onlyvisible", "--name", "Audiolab").split()
        self._window = found[0] if found else ""
        return bool(found)


def read_picture(file: Path) -> Pixels:
    """An image file as uint8 of shape (height, width, 3)."""
    from PySide6.QtGui import QImage

    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def count(picture: Pixels, colour: str, tolerance: int = 24) -> int:
    """How many pixels are about `colour` (``#rrggbb``)."""
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(picture.astype(int) - wanted).max(axis=2) <= tolerance).sum())


def find(picture: Pixels, pattern: Pixels, mask: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """Where the masked pixels of `pattern` stand in `picture`: x and y of the pattern's middle.

    For icons, whose inside is drawn in one colour: the masked pixels have to agree to a few steps.
    """
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    found = np.ones((picture.shape[0] - height + 1, picture.shape[1] - width + 1), dtype=bool)
    for row, column in zip(rows, columns, strict=True):
        part = picture[row : row + found.shape[0], column : column + found.shape[1]].astype(np.int16)
        found &= (np.abs(part - pattern[row, column]) <= 12).all(axis=2)
    places = np.argwhere(found)
    return None if not len(places) else (int(places[0][1]) + width // 2, int(places[0][0]) + height // 2)
