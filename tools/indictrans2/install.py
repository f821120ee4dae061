"""From a checkpoint's folder or hub name to a finished folder below models/indictrans2."""

import dataclasses
import re
import subprocess
from pathlib import Path
from typing import Final

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.hub import HubName, fetch
from tools.indictrans2.place import locked, staged

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TRITON_PYTHON: Final = ROOT / ".venv-triton" / "bin" / "python"
FOLDER: Final = "indictrans2"  # below the models folder
_TIMEOUT: Final = 3600.0  # seconds; the largest published model takes about a minute
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What to convert, and how; None leaves it to the checkpoint and to the machine."""

    model: str
    name: str | None = None
    direction: str | None = None
    quantization: str | None = None


@dataclasses.dataclass(frozen=True)
class Installed:
    """A finished model folder, and what the conversion had to say."""

    folder: Path
    notes: list[str]


def install_checkpoint(wanted: Wanted, models: Path) -> Installed:
    """Convert the checkpoint and put it into `models`/indictrans2, in the place of one of the same name.

    Raises UnusableCheckpointError when it cannot be converted; nothing has changed then. OSError.
    """
    source = _source(wanted.model)
    name = wanted.name or source.name
    if not _NAME.fullmatch(name):
        raise UnusableCheckpointError(f"{name!r} is no name for a model: letters, digits, '.', '_' and '-'")
    root = models / FOLDER
    if source.folder == (root / name).resolve():
        raise UnusableCheckpointError(f"{source.folder}: this is the installed model itself")
    with locked(root) as lock, staged(root, name) as folder:
        notes = _convert(source.folder, folder, name, wanted, lock.fileno())
    return Installed(root / name, [*notes, *source.notes])


@dataclasses.dataclass(frozen=True)
class _Source:
    """A folder with a checkpoint, what it is called, and where it is from."""

    folder: Path
    name: str
    notes: tuple[str, ...] = ()


def _source(model: str) -> _Source:
    if Path(model).is_dir():
        folder = Path(model).resolve()
        return _Source(folder, folder.name)
    hub_name = HubName.parse(model)
    if Path(model).exists() or hub_name is None:
        raise UnusableCheckpointError(f"{model}: there is no such folder")
    fetched = fetch(hub_name)
    return _Source(fetched.folder, hub_name.last, (f"from {hub_name.model}, commit {fetched.commit}",))


def _convert(source: Path, output: Path, name: str, wanted: Wanted, lock: int) -> list[str]:
    """Run the converter where its packages live.

    It inherits the lock: if this process is killed, nobody clears the folder that the converter still writes to.
    """
    if not TRITON_PYTHON.exists():
        raise UnusableCheckpointError(
            ".venv-triton is missing: make it first, then install requirements/triton.txt into it"
        )
    options = {"--direction": wanted.direction, "--quantization": wanted.quantization, "--name": name}
    given = [f"{option}={value}" for option, value in options.items() if value]
    command: list[str | Path] = [TRITON_PYTHON, "-m", "tools.indictrans2.convert", *given, source, output]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT, pass_fds=[lock]
        )
    except subprocess.TimeoutExpired as error:
        raise UnusableCheckpointError(f"{source}: not converted within {_TIMEOUT:.0f} s") from error
    if done.returncode:
        raise UnusableCheckpointError(_failure(source, done))
    return done.stdout.splitlines()


def _failure(source: Path, done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode == 1 and "Traceback" not in done.stderr:
        return done.stderr.strip()
    if done.returncode < 0:
        return f"{source}: the conversion was killed by signal {-done.returncode}; perhaps the memory was not enough"
    return f"{source}: the conversion failed:\n{done.stderr.strip()}"
