"""The architecture as rules that fail: imports, weight of an import, size of a module, licences, resources."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from audiolab import paths

PACKAGE = Path(paths.__file__).parent
CHECKOUT = PACKAGE.parent
ROOMS_WITHOUT_QT = ("core", "media", "analysis", "asr", "engine")

HARD_LIMIT = 400
WINDOW_LIMIT = 300


def modules(root: Path = PACKAGE) -> list[Path]:
    """The source files of the package, or of one room."""
    return sorted(root.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def import_all(room: str) -> str:
    """Statements that import each module of a room."""
    names = (name_of(path).removesuffix(".py").removesuffix("/__init__") for path in modules(PACKAGE / room))
    return "\n".join(f"import {name.replace('/', '.')}" for name in names)


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh Python has loaded after `statement`."""
    code = f"import sys\n{statement}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


# ---- imports


def test_import_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_session_uses_qtcore_alone() -> None:
    strangers = [
        f"{name_of(path)}:{line}: {imported}"
        for path in modules(PACKAGE / "session")
        for line, imported in imports_of(path)
        if imported.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph"}
        and not imported.startswith("PySide6.QtCore.")
    ]
    assert not strangers


def test_nothing_imports_all_names() -> None:
    stars = [
        f"{name_of(path)}:{line}"
        for path in modules()
        for line, imported in imports_of(path)
        if imported.endswith(".*")
    ]
    assert not stars


def test_only_the_downloader_knows_the_network() -> None:
    """What can go into the network is imported by the modules that a press on Download starts, and nowhere else."""
    doors = {
        "huggingface_hub",
        "httpx2",
        "httpx",
        "requests",
        "urllib3",
        "aiohttp",
        "ftplib",
        "smtplib",
        "telnetlib",
    }
    doors |= {"socket", "http", "urllib", "xmlrpc", "ssl"}
    allowed = {
        "audiolab/asr/checkpoints/download.py": {"huggingface_hub", "httpx2", "urllib"},
        "audiolab/asr/checkpoints/transfer.py": {"huggingface_hub", "httpx2"},
        "audiolab/app.py": {"socket"},  # a pair within the process
    }
    found = {
        name_of(path): names & doors
        for path in modules()
        if (names := {imported.partition(".")[0] for _line, imported in imports_of(path)}) & doors
    }
    assert found == allowed


# ---- what an import costs


@pytest.mark.parametrize("room", ROOMS_WITHOUT_QT)
def test_room_loads_no_qt(room: str) -> None:
    loaded = loaded_by(import_all(room))
    assert "audiolab" in loaded
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph"}


def test_core_loads_numpy_at_most() -> None:
    loaded = loaded_by(import_all("core"))
    assert not loaded & {"scipy", "soundfile", "av", "soxr", "sounddevice", "torch", "PySide6"}


def test_window_loads_no_recogniser() -> None:
    """Neither at the start nor when a panel is shown, whose module is imported then."""
    loaded = loaded_by("import audiolab.app\n" + import_all("ui"))
    assert "PySide6" in loaded
    heavy = {"torch", "transformers", "hama", "pocketsphinx", "huggingface_hub", "httpx2", "faster_whisper"}
    assert not loaded & heavy


def test_command_line_loads_nothing_heavy() -> None:
    loaded = loaded_by("import audiolab.__main__")
    assert not loaded & {"PySide6", "pyqtgraph", "torch", "sounddevice", "scipy", "av"}


# ---- sizes


def test_modules_stay_small() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > HARD_LIMIT} == {}
    assert lengths["audiolab/ui/window.py"] <= WINDOW_LIMIT


# ---- licences


def runtime_distributions() -> dict[str, importlib.metadata.Distribution]:
    """Every installed distribution that a user of the project gets, by normalised name."""
    found: dict[str, importlib.metadata.Distribution] = {}
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        wanted_here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted_here and name not in found:
            found[name] = importlib.metadata.distribution(name)
            waiting += [Requirement(text) for text in found[name].requires or ()]
    return found


def licence_of(distribution: importlib.metadata.Distribution) -> str:
    """What the metadata state: an SPDX expression, else classifiers, else the first line of the free text."""
    metadata = distribution.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [line for line in metadata.get_all("Classifier", []) if line.startswith("License ::")]
    if classifiers:
        return " AND ".join(line.rpartition("::")[2].strip() for line in classifiers)
    return str(metadata.get("License") or "").partition("\n")[0].strip()


def demands_gpl(licence: str) -> bool:
    """Whether each choice that the licence leaves is the GPL or the AGPL. The LGPL is neither."""
    gpl = re.compile(r"\bA?GPL|(?<!Lesser )\bGeneral Public License|Affero", re.IGNORECASE)
    return all(gpl.search(choice) for choice in re.split(r"\bOR\b", licence))


@pytest.mark.parametrize(
    ("licence", "demanded"),
    [
        ("MIT", False),
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("MIT AND GPL-2.0-only", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Lesser General Public License v2 (LGPLv2)", False),
        ("LGPL-2.1-or-later", False),
    ],
)
def test_gpl_is_recognised(licence: str, demanded: bool) -> None:
    assert demands_gpl(licence) is demanded


def test_no_runtime_dependency_demands_the_gpl() -> None:
    licences = {name: licence_of(distribution) for name, distribution in runtime_distributions().items()}
    assert {"pyside6-essentials", "torch", "numpy"} <= licences.keys()
    assert [name for name, licence in licences.items() if not licence] == []
    assert {name: licence for name, licence in licences.items() if demands_gpl(licence)} == {}


# ---- resources


def test_named_resources_exist() -> None:
    """Every string in the code that looks like the path of a resource is one."""
    suffixes = {".svg", ".flac", ".tsv", ".desktop", ".xml"}
    root = paths.resource_root()
    shipped = {path.name for path in root.rglob("*") if path.is_file()}
    absent = [
        f"{name_of(path)}:{node.lineno}: {node.value}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[\w./-]*\w\.\w+", node.value) and Path(node.value).suffix in suffixes
        if Path(node.value).name not in shipped
    ]
    assert not absent


def test_named_icons_exist() -> None:
    """Icons are named without directory and suffix, in the catalogue of actions and in calls."""
    from audiolab.ui.catalogue import ACTIONS

    named = {action.icon for action in ACTIONS if action.icon}
    for path in modules(PACKAGE / "ui"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"icon", "pixmap"}
            ):
                named |= {argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)}
    drawn = {path.stem for path in (paths.resource_root() / "icons").glob("*.svg")}
    assert "play" in named
    assert named <= drawn


def test_icons_can_be_tinted() -> None:
    """Square drawings in the one colour that the window replaces; the program's own icon has its own."""
    for path in (paths.resource_root() / "icons").glob("*.svg"):
        if path.stem == "audiolab":
            continue
        drawing = ElementTree.parse(path).getroot()
        assert drawing.get("viewBox") == "0 0 16 16", path.name
        painted = {element.get(key) for element in drawing.iter() for key in ("fill", "stroke")}
        assert painted <= {None, "none", "currentColor"}, path.name
        assert "currentColor" in painted, path.name


# ---- what the README promises


def test_readme_names_the_keys_that_work() -> None:
    from audiolab.ui.catalogue import ACTIONS

    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| do | keys |")[2].partition("\n\n")[0]
    keys = re.findall("`([^`]+)`", table)
    working = {key for action in ACTIONS for key in action.shortcuts}
    assert len(keys) > 20
    assert [key for key in keys if key not in working] == []
