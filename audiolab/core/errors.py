"""Errors whose text is meant for a person: one clear sentence with the remedy, shown without a traceback."""

from pathlib import Path


class AudiolabError(Exception):
    """Base of all errors that a person can act on. ``str(error)`` is the sentence to show."""


class MediaError(AudiolabError):
    """A file cannot be read or written.

    Args:
        path: the file that the sentence names.
        reason: what is wrong with it, without a full stop: ``"is empty"``.
        remedy: what to do about it, as a clause: ``"record or export it again"``.
    """

    def __init__(self, path: Path | str, reason: str, remedy: str) -> None:
        self.path = Path(path)
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{self.path.name or self.path}: {reason}; {remedy}.")


class DeviceError(AudiolabError):
    """An audio device cannot be opened or has gone away."""


class ModelError(AudiolabError):
    """A recognition model or its data cannot be loaded or run."""


class Cancelled(Exception):  # noqa: N818 - an outcome that somebody asked for, not an error
    """Work stopped because its CancelToken was cancelled."""
