"""From a checkpoint's folder or hub name to a finished folder below models/indictrans2."""

import dataclasses
import re
import subprocess
from pathlib import Path
from typing import Final

from tools.indictrans2.card import direction_on_card
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.hub import HubName, fetch
from tools.model_repository.place import Change, changing

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TRITON_PYTHON: Final = ROOT / ".venv-triton" / "bin" / "python"
FOLDER: Final = "indictrans2"  # below the models folder
_TIMEOUT: Final = 3600.0  # seconds; the largest published model takes about a minute
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# What converted models' folders are called; that of the folder above tells them apart.
_KIND: Final = re.compile(r"ct2(_\w+)?", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What to convert, and how; None leaves it to the checkpoint and to the machine."""

    model: str
    name: str | None = None
    direction: str | None = None
    quantization: str | None = None
    device: str | None = None  # what the quantisation is chosen for


@dataclasses.dataclass(frozen=True)
class Installed:
    """A finished model folder, and what the conversion had to say."""

    folder: Path
    notes: list[str]


@dataclasses.dataclass(frozen=True)
class Found:
    """A folder with a checkpoint, what it shall be called, and where it is from."""

    folder: Path
    name: str
    notes: tuple[str, ...] = ()


def install_checkpoint(wanted: Wanted, models: Path) -> Installed:
    """Convert the checkpoint and put it into `models`/indictrans2, in the place of one of the same name.

    Raises UnusableCheckpointError when it cannot be converted; nothing has changed then. OSError.
    """
    # The converter works in another folder than this process.
    models = models.resolve()
    found = find_checkpoint(wanted, models)
    with changing(models) as change:
        return put_checkpoint(found, wanted, models, change)


def find_checkpoint(wanted: Wanted, models: Path) -> Found:
    """The folder that is meant, fetched from the hub if need be. Raises UnusableCheckpointError; OSError."""
    found = _find(wanted.model)
    found = dataclasses.replace(found, name=wanted.name or found.name)
    if not _NAME.fullmatch(found.name):
        raise UnusableCheckpointError(
            f"{found.name!r} is no name for a model: letters, digits, '.', '_' and '-'"
        )
    if found.folder == (models / FOLDER / found.name).resolve():
        raise UnusableCheckpointError(f"{found.folder}: this is the installed model itself")
    return found


def put_checkpoint(found: Found, wanted: Wanted, models: Path, change: Change) -> Installed:
    """Convert what was found, within a change. Raises UnusableCheckpointError; OSError."""
    root = models / FOLDER
    exchange = change.room(root / found.name, beside=root)
    exchange.new.mkdir()
    notes = _convert(found, exchange.new, wanted, change.lock.fileno())
    if not wanted.name:
        _check_direction(exchange.target, exchange.new)
    change.make(exchange)
    return Installed(root / found.name, [*notes, *found.notes])


def _check_direction(former: Path, new: Path) -> None:
    """Two networks whose folders happen to be called alike both stay."""
    before, after = direction_on_card(former), direction_on_card(new)
    if before and before != after:
        raise UnusableCheckpointError(
            f"{former} translates {before} and would be replaced by a network that translates {after}: "
            "give this one a NAME (--name) of its own"
        )


def _find(model: str) -> Found:
    if Path(model).is_dir():
        folder = Path(model).resolve()
        above = folder.parent.name
        return Found(
            folder, above if _KIND.fullmatch(folder.name) and _NAME.fullmatch(above) else folder.name
        )
    hub_name = HubName.parse(model)
    if Path(model).exists() or hub_name is None:
        raise UnusableCheckpointError(f"{model}: there is no such folder")
    fetched = fetch(hub_name)
    return Found(fetched.folder, hub_name.last, (f"from {hub_name.model}, commit {fetched.commit}",))


def _convert(found: Found, output: Path, wanted: Wanted, lock: int) -> list[str]:
    """Run the converter where its packages live.

    It inherits the lock: if this process is killed, nobody clears the folder that the converter still writes to.
    """
    if not TRITON_PYTHON.exists():
        raise UnusableCheckpointError(
            ".venv-triton is missing: make it first, then install requirements/triton.txt into it"
        )
    source = found.folder
    options = {"--direction": wanted.direction, "--quantization": wanted.quantization, "--name": found.name}
    options["--device"] = wanted.device
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
