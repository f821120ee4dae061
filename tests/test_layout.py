"""The shape of the repository: names whatever a service misses, and what breaks a house rule."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.clients import SERVICES
from tools.mesh.environment import TARGETS
from tools.mesh.layout import Layout
from tools.mesh.ports import DEFAULTS, resolve
from tools.mesh.programs import programs
from tools.mesh.settings import RunSettings

ROOT = Path(__file__).resolve().parents[1]
CODE = ("meshkit", "gateway", "services", "triton_models", "tools", "bench", "tests")
NAMES = sorted(path.parent.name for path in ROOT.glob("services/*/__init__.py"))
MODULES = ("__main__.py", "settings.py", "engine.py", "convert.py", "servicer.py")
MAX_FILE_LINES = 350
MAX_FUNCTION_LINES = 50
# Spelt so that this file does not hold them itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")))
LOCKED = re.compile(r"^([a-z0-9-]+(?:\[[a-z]+\])?)==(\S+)", re.MULTILINE)


def sources(*folders: str) -> Iterator[Path]:
    """Every Python file of ours below these folders."""
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def relative(path: Path) -> str:
    """A path as a person would name it."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", NAMES)
def test_a_service_has_all_its_parts(name: str) -> None:
    """The template's files, its contract, its manifests and its tests."""
    folder = f"services/{name}"
    wanted = [
        *(f"{folder}/{file}" for file in (*MODULES, f"{name}.py", "README.md", "Dockerfile")),
        f"protos/sutradhar/{name}/v1/{name}.proto",
        f"gen/sutradhar/{name}/v1/{name}_pb2.py",
        *(f"k8s/base/{name}/{file}.yaml" for file in ("deployment", "service", "kustomization")),
        *(f"tests/services/{name}/test_{file}.py" for file in (name, "engine", "convert", "servicer")),
    ]

    assert [] == [path for path in wanted if not (ROOT / path).is_file()]


def test_the_gateway_knows_every_service() -> None:
    """One line in gateway/clients.py each."""
    assert NAMES == sorted(service.name for service in SERVICES)


def test_the_mesh_runs_every_service(tmp_path: Path) -> None:
    """An entry in tools/mesh/programs.py, two ports and an address for the others each."""
    settings = RunSettings(port_offset=0)
    started = {program.name for program in programs(settings, Layout(tmp_path), resolve(settings))}

    assert set() == set(NAMES) - started
    assert [] == [name for name in NAMES if f"{name.upper()}_PORT" not in DEFAULTS]
    assert [] == [name for name in NAMES if f"{name.upper()}_METRICS_PORT" not in DEFAULTS]
    assert sorted(TARGETS) == [f"{name.upper()}_TARGET" for name in NAMES]


def test_the_readme_lists_every_service() -> None:
    """A row of the table each."""
    readme = (ROOT / "README.md").read_text()

    assert [] == [name for name in NAMES if f"[services/{name}/](services/{name}/README.md)" not in readme]


@pytest.mark.parametrize("name", NAMES)
def test_a_services_default_port_is_the_meshs(name: str) -> None:
    """A service started by hand listens where the others look for it."""
    module = importlib.import_module(f"services.{name}.settings")
    settings = getattr(module, f"{name.capitalize()}Settings")
    fields = settings.model_fields
    wanted = (DEFAULTS[f"{name.upper()}_PORT"], DEFAULTS[f"{name.upper()}_METRICS_PORT"])

    assert wanted == (fields["port"].default, fields["metrics_port"].default)


def test_tests_lie_where_their_sources_lie() -> None:
    """Every folder of tests has the folder of sources that it is about."""
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    own = {Path(), Path("e2e")}

    assert [] == sorted(str(folder) for folder in folders - own if not (ROOT / folder).is_dir())


def test_every_folder_of_tests_is_a_package() -> None:
    """Otherwise modules of the same name would collide."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}

    assert [] == sorted(relative(folder) for folder in folders if not (folder / "__init__.py").is_file())


def test_every_test_says_what_it_shows() -> None:
    """A docstring on each."""
    mute = [
        f"{relative(path)}: {node.name}"
        for path in sources("tests")
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert [] == mute


def test_files_and_functions_stay_short() -> None:
    """Long ones hold more than one subject."""
    files = [relative(path) for path in sources(*CODE) if len(path.read_text().splitlines()) > MAX_FILE_LINES]
    functions = [
        f"{relative(path)}: {node.name}"
        for path in sources(*CODE)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES
    ]

    assert [] == files
    assert [] == functions


def test_the_environment_is_read_in_settings_only() -> None:
    """Everything below takes values."""
    readers = [
        relative(path)
        for path in sources("meshkit", "gateway", "services")
        if path.name != "settings.py" and re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]

    assert [] == readers


def test_models_import_nothing_of_the_repository() -> None:
    """They run in Triton's environment, and in NVIDIA's container, alone."""
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"sutradhar"}
    found = []
    for path in sources("triton_models"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [f"{relative(path)}: {name}" for name in names if name.partition(".")[0] in ours]

    assert [] == found


def test_nothing_is_left_unfinished() -> None:
    """What remains to be done is no comment."""
    assert [] == [relative(path) for path in sources(*CODE) if UNFINISHED.search(path.read_text())]


def test_what_runs_is_what_is_tested() -> None:
    """Every version of the run-time lock is in the lock of the tests."""
    main, dev = (
        set(LOCKED.findall((ROOT / "requirements" / name).read_text())) for name in ("main.txt", "dev.txt")
    )

    assert set() == main - dev
    assert len(main) > 30


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_nothing_is_kept_that_is_to_be_ignored() -> None:
    """What tools leave behind is no part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )

    assert [] == listed.stdout.split()
