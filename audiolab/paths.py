"""Where things lie: shipped resources, the user's data, settings and caches.

Nothing here creates a directory: whoever writes into one makes it first. Each user directory can be moved with
an environment variable, so that tests and portable installations leave a home directory alone.
"""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def resource_root() -> Path:
    """The directory of shipped resources: inside an installed package, or beside it in a checkout.

    Raises:
        FileNotFoundError: neither is there, so the installation is broken.
    """
    installed = _PACKAGE / "resources"
    if installed.is_dir():
        return installed
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "resources").is_dir():
        return checkout / "resources"
    raise FileNotFoundError(f"Audiolab's resources are missing beside {_PACKAGE}: reinstall the package")


def cache_dir() -> Path:
    """Files that can be made again: decoded audio, peaks, language-model builds."""
    return _user_dir("AUDIOLAB_CACHE_DIR", platformdirs.user_cache_path("audiolab", appauthor=False))


def data_dir() -> Path:
    """Files that a person made and must not lose: recordings, journals."""
    return _user_dir("AUDIOLAB_DATA_DIR", platformdirs.user_data_path("audiolab", appauthor=False))


def config_dir() -> Path:
    """Settings and the window layout."""
    return _user_dir("AUDIOLAB_CONFIG_DIR", platformdirs.user_config_path("audiolab", appauthor=False))


def _user_dir(variable: str, default: Path) -> Path:
    moved = os.environ.get(variable)
    return Path(moved) if moved else default
