"""Where what a person adds to a recording is kept: files of ours, by the recording's identity."""

from contextlib import suppress
from pathlib import Path

from audiolab import paths
from audiolab.core.recording import Recording
from audiolab.media.identity import growing_identity


def kept_path(recording: Recording, folder: str, suffix: str) -> Path:
    """The file of `recording` in a folder of the data directory.

    What was kept while it was being recorded is its own from then on, also if the program was killed meanwhile.
    """
    directory = paths.data_dir() / folder
    file = directory / f"{recording.identity}{suffix}"
    if recording.complete and not file.exists():
        with suppress(OSError):
            (directory / f"{growing_identity(recording.info.file)}{suffix}").replace(file)
    return file
