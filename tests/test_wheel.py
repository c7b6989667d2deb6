"""The wheel is whole: what git tracks is in it, and an installed copy finds its resources and works."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from audiolab import paths

CHECKOUT = Path(paths.__file__).parents[1]


def tracked(folder: str) -> set[str]:
    """Files of the project below `folder`: what git tracks, or all that is there outside a checkout."""
    if (CHECKOUT / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z", folder]
        listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
        return {name for name in listed.split("\0") if name and (CHECKOUT / name).is_file()}
    return {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / folder).rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed, so that nothing is fetched."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(directory),
        str(CHECKOUT),
    ]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = directory.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the wheel's content, as an installer lays it into site-packages."""
    directory = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory)
    return directory


def run_installed(installed: Path, elsewhere: Path, *arguments: str) -> str:
    """Run Python where only the installed copy can be meant; what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_tracked_resource_is_in_the_wheel(wheel: Path) -> None:
    resources = tracked("resources")
    assert "resources/samples/speech.flac" in resources
    assert {f"audiolab/{name}" for name in resources} <= set(zipfile.ZipFile(wheel).namelist())


def test_every_module_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert tracked("audiolab") <= names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"audiolab"}


def test_wheel_brings_command_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {Path(name).name: archive.read(name) for name in archive.namelist() if ".dist-info/" in name}
    assert b"audiolab = audiolab.__main__:main" in texts["entry_points.txt"]
    assert b"License-Expression: Apache-2.0" in texts["METADATA"]
    assert "LICENSE" in texts


def test_installed_copy_finds_its_resources(installed: Path, tmp_path: Path) -> None:
    code = "from audiolab import paths; print(paths.resource_root())"
    root = Path(run_installed(installed, tmp_path, "-c", code))
    assert root.samefile(installed / "audiolab" / "resources")
    shipped = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert {name.removeprefix("resources/") for name in tracked("resources")} <= shipped


def test_installed_copy_reads_its_sample(installed: Path, tmp_path: Path) -> None:
    sample = installed / "audiolab" / "resources" / "samples" / "speech.flac"
    info = json.loads(run_installed(installed, tmp_path, "-m", "audiolab", "info", str(sample), "--json"))
    assert (info["sample_rate"], info["channels"]) == (16000, 1)
    assert 30 <= info["duration"] <= 60
