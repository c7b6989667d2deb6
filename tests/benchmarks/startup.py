"""From the start of the process to the first painted window, beside a bare window of the same toolkit.

    python tests/benchmarks/startup.py [RUNS]

Needs a display, as `xvfb-run -a` gives one, or QT_QPA_PLATFORM=offscreen. The first run of each is not counted: it
warms the disk's cache.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLE = CHECKOUT / "resources" / "samples" / "speech.flac"

WATCH = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    def eventFilter(self, window, event):
        if event.type() in (QEvent.Type.Expose, QEvent.Type.Paint) and window.isExposed():
            window.removeEventFilter(self)
            QTimer.singleShot(0, self.report)  # Qt paints while it handles this very event
        return False

    def report(self):
        print(time.time(), flush=True)
        print(*sorted({"torch", "scipy", "pyqtgraph", "sounddevice"} & set(sys.modules)), flush=True)
        QApplication.closeAllWindows()

watch = Watch()
run_loop = QApplication.exec

def exec_watched(*_):
    window = next(widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget.isWindow())
    window.windowHandle().installEventFilter(watch)
    return run_loop()

QApplication.exec = exec_watched
"""

AUDIOLAB = f"{WATCH}\nfrom audiolab.__main__ import main\nsys.exit(main(sys.argv[1:]))"

BARE = f"""{WATCH}
import pyqtgraph
application = QApplication([])
window = pyqtgraph.PlotWidget()
window.resize(1280, 800)
window.show()
QApplication.exec()
"""


def seconds(code: str, arguments: list[str], directory: str) -> tuple[float, str]:
    """One start: seconds to the first painted window, and what of the heavy packages it had loaded by then."""
    environment = {**os.environ, **{f"AUDIOLAB_{name}_DIR": directory for name in ("CACHE", "DATA", "CONFIG")}}
    command = [sys.executable, "-c", code, *arguments]
    began = time.time()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=CHECKOUT, check=True)
    painted, loaded = done.stdout.splitlines()[:2]
    return float(painted) - began, loaded


def main() -> None:
    """Measure in turns, so that a busy machine slows all alike; print medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    subjects = {
        "bare PySide6 + pyqtgraph": (BARE, []),
        "audiolab": (AUDIOLAB, []),
        "audiolab FILE": (AUDIOLAB, [str(SAMPLE)]),
    }
    figures: dict[str, list[float]] = {name: [] for name in subjects}
    loaded: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as directory:
        for number in range(runs + 1):
            for name, (code, arguments) in subjects.items():
                figure, loaded[name] = seconds(code, arguments, directory)
                if number:
                    figures[name].append(figure)
    bare = statistics.median(figures["bare PySide6 + pyqtgraph"])
    for name, values in figures.items():
        median = statistics.median(values)
        heavy = loaded[name] or "none"
        print(f"{name:<26} {median:6.3f} s  (best {min(values):.3f})  {median / bare:5.2f} of bare  heavy: {heavy}")


if __name__ == "__main__":
    main()
