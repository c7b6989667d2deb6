"""The scripts that set up, run and check, without setting anything up; and the bundled samples."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from audiolab import cli, paths
from audiolab.asr.checkpoints.folder import FAMILIES

CHECKOUT = Path(paths.__file__).parents[1]
PACKAGING = CHECKOUT / "packaging"
SAMPLES = CHECKOUT / "resources" / "samples"
SCRIPTS = [PACKAGING / "run", PACKAGING / "check", PACKAGING / "lib.sh", CHECKOUT / ".ci" / "run"]

needs_bash = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash"), reason="the scripts are for bash"
)


def bash(code: str, cwd: Path = CHECKOUT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run bash with no more environment than named here and the search path."""
    base = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    command = ["bash", "-c", code]
    return subprocess.run(command, cwd=cwd, env={**base, **environment}, capture_output=True, text=True, timeout=60)


def sourced(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run bash code that may call the functions of packaging/lib.sh."""
    return bash(f"set -euo pipefail; . '{PACKAGING / 'lib.sh'}'; {code}", **environment)


# ---- the scripts as text


@needs_bash
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_sound(script: Path) -> None:
    assert bash(f"bash -n '{script}'").stderr == ""
    text = script.read_bytes()
    assert b"\r" not in text
    assert b"\t" not in text
    if script.name != "lib.sh":
        assert text.startswith(b"#!/usr/bin/env bash\n")
        assert os.access(script, os.X_OK)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_runs_with_the_bash_of_macos(script: Path) -> None:
    """Version 3.2 has none of these."""
    newer = re.compile(r"declare -A|mapfile|readarray|\$\{\w+(,,|\^\^)|EPOCHREALTIME|&>>|\|&|wait -n")
    code = "\n".join(line for line in script.read_text().splitlines() if not line.lstrip().startswith("#"))
    assert not newer.search(code)


def test_torch_is_pinned_for_what_the_project_asks() -> None:
    pins = [line for line in (PACKAGING / "constraints.txt").read_text().splitlines() if line.startswith("torch")]
    assert len(pins) == 1
    assert re.fullmatch(r"torch==\d+\.\d+\.\d+", pins[0])
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert any(dependency.startswith("torch") for dependency in project["dependencies"])


# ---- run


@needs_bash
@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("arguments", ["", "recording.wav", "-- info"])
def test_run_without_display_says_so_in_one_sentence(arguments: str, tmp_path: Path) -> None:
    done = bash(f"'{PACKAGING / 'run'}' {arguments}", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "no display" in line
    assert "packaging/run transcribe FILE" in line


def test_run_names_the_verbs_of_the_command_line() -> None:
    (named,) = re.findall(r'^VERBS="(.*)"$', (PACKAGING / "run").read_text(), re.MULTILINE)
    assert set(named.split()) == set(cli.VERBS)


def run_recorded(arguments: str, tmp_path: Path, **environment: str) -> list[str]:
    """What packaging/run starts, in a copy of the checkout's bones where set-up has been done."""
    root = tmp_path / "a checkout"
    shutil.copytree(PACKAGING, root / "packaging")
    shutil.copy(CHECKOUT / "pyproject.toml", root)
    (root / ".venv" / "bin").mkdir(parents=True)
    recorder = root / ".venv" / "bin" / "python"
    recorder.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    recorder.chmod(0o755)
    stamp = bash(". packaging/lib.sh; requirements_stamp", cwd=root).stdout
    (root / ".venv" / "audiolab-window.stamp").write_text(stamp)
    done = bash(f"packaging/run {arguments}", cwd=root, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.replace(str(root.resolve()), "ROOT") for line in done.stdout.splitlines()]


@needs_bash
@pytest.mark.parametrize(
    ("arguments", "environment", "started"),
    [
        ("", {"DISPLAY": ":9"}, ["ROOT/resources/samples/speech.flac"]),
        ("", {"WAYLAND_DISPLAY": "wayland-0"}, ["ROOT/resources/samples/speech.flac"]),
        ("'a file.wav' b.flac", {"DISPLAY": ":9"}, ["a file.wav", "b.flac"]),
        ("info x.wav --json", {}, ["info", "x.wav", "--json"]),
        ("transcribe x.wav", {}, ["transcribe", "x.wav"]),
        ("--version", {}, ["--version"]),
    ],
)
def test_run_starts_window_or_verb(
    arguments: str, environment: dict[str, str], started: list[str], tmp_path: Path
) -> None:
    assert run_recorded(arguments, tmp_path, **environment) == ["-m", "audiolab", *started]


# ---- set-up


@needs_bash
def test_python_is_one_that_starts_and_is_new_enough(tmp_path: Path) -> None:
    """A launcher without its Python and a Python that is too old are passed over."""
    for name, body in {
        "python3.13": "exit 127",
        "python3.12": "exit 1",
        "python3": f'exec {sys.executable} "$@"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    assert sourced("PATH=$CHOICE find_python", CHOICE=str(tmp_path)).stdout.strip() == str(tmp_path / "python3")


@needs_bash
def test_levels_include_each_other() -> None:
    assert sourced("levels_from cli; levels_from window; levels_from check").stdout.splitlines() == [
        "cli window check",
        "window check",
        "check",
    ]


@needs_bash
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes libraries from the system")
def test_missing_library_is_named_by_its_package(tmp_path: Path) -> None:
    """A linker that knows all libraries but one: its package is missing, and nothing else."""
    ldconfig = tmp_path / "ldconfig"
    ldconfig.write_text('#!/bin/sh\nprintf "%s\\n" "$KNOWN"\n')
    ldconfig.chmod(0o755)
    libraries = sourced('printf "%s" "$WINDOW_LIBRARIES"').stdout.split()[::2]
    known = "\n".join(
        f"\t{name} (libc6,x86-64) => /lib/{name}" for name in libraries if name != "libxcb-cursor.so.0"
    )
    code = f'PATH="{tmp_path}:$PATH"; VENV="{sys.prefix}"; missing_system_packages window python3'
    assert sourced(code, KNOWN=known).stdout.split() == ["libxcb-cursor0"]


@needs_bash
def test_missing_packages_without_means_to_install_are_one_message(tmp_path: Path) -> None:
    missing = "missing_system_packages() { echo libegl1; echo libportaudio2; }"
    for tool in ("sort", "tr"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    done = sourced(f"{missing}; PATH=$TOOLS; install_system_packages window x", TOOLS=str(tmp_path))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "libegl1 libportaudio2" in line


@needs_bash
def test_stamp_follows_the_requirements(tmp_path: Path) -> None:
    """Whatever asks for a new installation changes the stamp; nothing else does."""
    shutil.copytree(PACKAGING, tmp_path / "packaging")
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    stamp = f". '{tmp_path}/packaging/lib.sh'; requirements_stamp"
    seen = [bash(stamp).stdout]
    assert bash(stamp, cwd=tmp_path).stdout == seen[0]
    for name in ("pyproject.toml", "packaging/constraints.txt"):
        with (tmp_path / name).open("a") as file:
            file.write("\n# more\n")
        seen.append(bash(stamp).stdout)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    seen.append(bash(stamp).stdout)
    assert len(set(seen)) == 4


# ---- check


@needs_bash
def test_check_stops_at_the_first_failure_and_names_it() -> None:
    """The real steps, run on their own: what comes after a failure is not started."""
    step = re.search(r"^step\(\) \{.*?^\}", (PACKAGING / "check").read_text(), re.MULTILINE | re.DOTALL)
    assert step
    done = bash(f'set -euo pipefail; {step[0]}; step one true; step two bash -c "exit 3"; step three echo never')
    assert done.returncode == 1
    assert "two FAILED" in done.stdout
    assert "(exit 3)" in done.stdout
    assert "three" not in done.stdout


# ---- the bundled samples


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    specification = importlib.util.spec_from_file_location("make_samples", PACKAGING / "make_samples.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_test_signal_is_what_the_script_makes(maker: ModuleType) -> None:
    samples, rate = soundfile.read(SAMPLES / "test-signal.flac", dtype="float64")
    assert rate == maker.SIGNAL_RATE
    np.testing.assert_allclose(samples, maker.test_signal(), rtol=0, atol=1 / 32768)
    assert (SAMPLES / "test-signal.txt").read_text(encoding="utf-8") == maker.describe_signal()


def test_speech_has_the_transcript_of_the_script(maker: ModuleType) -> None:
    assert (SAMPLES / "speech.txt").read_text(encoding="utf-8") == maker.transcript()
    info = soundfile.info(SAMPLES / "speech.flac")
    assert 30 <= info.duration <= 60
    assert len({voice for voice, _ in maker.TURNS}) > 1


@pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed")
def test_speech_is_what_the_script_makes(maker: ModuleType) -> None:
    """Another processor may round otherwise, so the last bits are free."""
    made, rate = maker.speech()
    samples, shipped_rate = soundfile.read(SAMPLES / "speech.flac", dtype="float64")
    assert (rate, len(made)) == (shipped_rate, len(samples))
    assert np.corrcoef(samples, made)[0, 1] > 0.999


def test_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 1_500_000


# ---- the frozen application


class Frozen:
    """What packaging/audiolab.spec asks of PyInstaller, which need not be installed for it to be read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: dict[str, list] = {}
        hooks = ModuleType("PyInstaller.utils.hooks")
        hooks.__dict__.update(
            collect_data_files=self.data_of,
            collect_dynamic_libs=lambda package: [],
            collect_submodules=lambda package: [package],
            copy_metadata=lambda name: [(str(importlib.metadata.distribution(name).locate_file("")), name)],
        )
        for name in ("PyInstaller", "PyInstaller.utils"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
        names = {name: lambda *parts, **options: options for name in ("EXE", "PYZ", "COLLECT")}
        spec = PACKAGING / "audiolab.spec"
        given = {"SPECPATH": str(PACKAGING), "Analysis": self.analysis, **names}
        exec(compile(spec.read_text(encoding="utf-8"), str(spec), "exec"), given)

    @staticmethod
    def data_of(package: str) -> list[tuple[str, str]]:
        spec = importlib.util.find_spec(package)
        assert spec is not None, package
        assert spec.origin is not None
        return [(str(Path(spec.origin).parent), package)]

    def analysis(self, scripts: list[str], **asked: list) -> types.SimpleNamespace:
        self.asked = {"scripts": scripts, **asked}
        return types.SimpleNamespace(pure=[], scripts=[], binaries=[], datas=[])


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> dict[str, list]:
    return Frozen(monkeypatch).asked


def test_all_that_is_frozen_is_there(frozen: dict[str, list]) -> None:
    for path in (*frozen["scripts"], *(source for source, _ in frozen["datas"])):
        assert Path(path).exists(), path
    missing = [name for name in frozen["hiddenimports"] if importlib.util.find_spec(name) is None]
    assert not missing


def test_resources_are_frozen_where_the_program_looks_for_them(frozen: dict[str, list]) -> None:
    assert (str(CHECKOUT / "resources"), "audiolab/resources") in frozen["datas"]


def test_every_family_of_networks_is_frozen(frozen: dict[str, list]) -> None:
    """Transformers imports the module of a family when a checkpoint of it is opened."""
    from transformers.models.auto.configuration_auto import model_type_to_module_name

    own = {"contextnet_ctc"}
    modules = {f"transformers.models.{model_type_to_module_name(kind)}" for kind in FAMILIES.keys() - own}
    assert not modules - set(frozen["hiddenimports"])
