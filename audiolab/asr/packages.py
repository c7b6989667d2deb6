"""Where the installed packages keep the data that the default model is made of."""

import importlib.util
from pathlib import Path

from audiolab.core.errors import ModelError


def package_file(package: str, relative: str) -> Path:
    """The path of a data file inside an installed package, found without importing the package.

    Args:
        package: name of a top-level package: ``"hama"``.
        relative: path below the package's directory, with forward slashes.

    Raises:
        ModelError: the package or the file is missing.
    """
    spec = importlib.util.find_spec(package)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(location, *relative.split("/"))
        if path.is_file():
            return path
    raise ModelError(f"The package {package!r} does not hold {relative}: reinstall Audiolab and its requirements.")
