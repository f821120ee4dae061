"""What the embedded Triton needs of its machine, looked up first, because without it the server hangs or lies."""

import dataclasses
import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

WHEEL = "nvidia-pytriton"


@dataclasses.dataclass(frozen=True)
class Wheel:
    """Where the wheel's parts lie."""

    server: Path  # the tritonserver binary
    libraries: Path  # the shared libraries it was linked with
    stubs: Path  # one python backend stub for each minor version of Python
    backend: Path
    caches: Path

    def stub(self, python: str) -> Path:
        """The stub for a minor version such as `3.11`."""
        return self.stubs / python / "triton_python_backend_stub"


@dataclasses.dataclass(frozen=True)
class Facts:
    """What was found; `diagnose` judges it."""

    python: str  # "3.11"
    wheel: bool
    stub: bool
    missing_libraries: tuple[str, ...]  # of the server and of the stub, as ldd names them
    numpy: str | None  # version, None where it is not installed


def find_wheel() -> Wheel | None:
    """The wheel in this environment, found without importing it (its Python dependencies are not installed)."""
    spec = importlib.util.find_spec("pytriton")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    home = package / "tritonserver"
    return Wheel(
        server=home / "bin" / "tritonserver",
        libraries=package.parent / "nvidia_pytriton.libs",
        stubs=home / "python_backend_stubs",
        backend=home / "backends" / "python",
        caches=home / "caches",
    )


def gather(wheel: Wheel | None, environment: Mapping[str, str]) -> Facts:
    """Look everything up; `environment` is the one the server would run in."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    stub = wheel.stub(python) if wheel else None
    binaries = [path for path in ([wheel.server, stub] if wheel and stub else []) if path.exists()]
    return Facts(
        python=python,
        wheel=wheel is not None and wheel.server.exists(),
        stub=stub is not None and stub.exists(),
        missing_libraries=tuple(
            library for path in binaries for library in _missing_libraries(path, environment)
        ),
        numpy=_numpy_version(),
    )


def diagnose(facts: Facts) -> str | None:
    """The first thing that keeps Triton from working and how to mend it; None when all is well."""
    install = "install requirements/triton.txt into .venv-triton"
    if not facts.wheel:
        return f"{WHEEL} is not installed in this environment: {install}"
    if not facts.stub:
        return f"{WHEEL} has no python backend stub for Python {facts.python}: make .venv-triton with Python 3.11"
    if libpython := next((name for name in facts.missing_libraries if name.startswith("libpython")), None):
        package = f"libpython{facts.python}"
        return f"{libpython} is missing, which the python backend needs: apt-get install {package} (Debian, Ubuntu)"
    if facts.missing_libraries:
        return f"Triton needs shared libraries that are missing here: {', '.join(facts.missing_libraries)}"
    if facts.numpy is None:
        return f"numpy is not installed in this environment: {install}"
    if int(facts.numpy.split(".")[0]) >= 2:
        return f"numpy {facts.numpy} makes this Triton answer empty tensors; it needs numpy 1.26: {install}"
    return None


def server_environment(wheel: Wheel, base: Mapping[str, str]) -> dict[str, str]:
    """The environment the server runs in: its libraries, this Python's library, and this Python first on PATH."""
    library_path = [str(wheel.libraries)]
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        library_path.append(str(sysconfig.get_config_var("LIBDIR")))
    library_path += [path for path in [base.get("LD_LIBRARY_PATH")] if path]
    return {
        **base,
        "LD_LIBRARY_PATH": os.pathsep.join(library_path),
        # The stub looks for "python3" on PATH to find its site-packages: they must be this environment's.
        "PATH": os.pathsep.join([str(Path(sys.prefix) / "bin"), base.get("PATH", os.defpath)]),
    }


def _missing_libraries(binary: Path, environment: Mapping[str, str]) -> list[str]:
    found = subprocess.run(
        ["ldd", binary], env=dict(environment), capture_output=True, text=True, check=False
    )
    return [line.split()[0] for line in found.stdout.splitlines() if "not found" in line]


def _numpy_version() -> str | None:
    try:
        return importlib.metadata.version("numpy")
    except importlib.metadata.PackageNotFoundError:
        return None
