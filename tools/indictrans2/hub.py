"""Fetching a checkpoint from the Hugging Face hub, with its client in an environment that is made when it is needed."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools import setup
from tools.indictrans2.checkpoint import WEIGHTS
from tools.indictrans2.errors import UnusableCheckpointError

NEEDED: Final = ("config.json", "model.SRC", "model.TGT", "dict.SRC.json", "dict.TGT.json")
# The largest published model has 4.5 GB; stalled connections are noticed much earlier.
SECONDS: Final = 6 * 3600
_GRACE_SECONDS: Final = 30  # within which the fetch ends by itself when its time is over
_DISK_NEEDED: Final = 200 << 20  # bytes; the environment takes 60 MB
_NAME: Final = re.compile(r"(?P<model>\w[\w.-]*/(?P<last>\w[\w.-]*))(@(?P<revision>[\w./-]+))?", re.ASCII)


@dataclass(frozen=True)
class HubName:
    """A model on the hub, such as ai4bharat/indictrans2-en-indic-dist-200M, perhaps with @ and a revision."""

    model: str
    last: str  # what the folder is called
    revision: str | None

    @classmethod
    def parse(cls, text: str) -> "HubName | None":
        """The name, or None when this is none."""
        found = _NAME.fullmatch(text)
        return cls(**found.groupdict()) if found else None


@dataclass(frozen=True)
class Fetched:
    """A folder in the client's cache with the files of a checkpoint."""

    folder: Path
    commit: str


def fetch(name: HubName, seconds: int = SECONDS) -> Fetched:
    """Fetch the data files of the checkpoint, never code; what is in the client's cache is not fetched again.

    Raises UnusableCheckpointError when they cannot be had, also within these seconds.
    """
    _make_environment(name)
    answer = _run(_command(name, seconds), seconds)
    if "problem" in answer:
        raise UnusableCheckpointError(
            _sentence(name, str(answer["problem"]), by_hand=bool(answer.get("by_hand")))
        )
    return Fetched(Path(str(answer["folder"])), str(answer["commit"]))


def _make_environment(name: HubName) -> None:
    if setup.HUB.ready():
        return
    with setup.alone():
        if setup.HUB.ready():  # made by the set-up that was waited for
            return
        if shutil.disk_usage(setup.ROOT).free < _DISK_NEEDED:
            raise UnusableCheckpointError(f".venv-hub needs {_DISK_NEEDED >> 20} MB of free disk space")
        try:
            setup.step("install .venv-hub (the hub's client)", setup.HUB.make)
        except setup.SetupError as error:
            text = f".venv-hub could not be made: {error}"
            raise UnusableCheckpointError(_sentence(name, text, by_hand=True)) from error


def _command(name: HubName, seconds: int) -> list[str]:
    python = str(setup.HUB.folder / "bin" / "python")
    options = [f"--seconds={seconds}"]
    options += [f"--needed={file}" for file in NEEDED]
    options += [f"--weights={file}" for file in WEIGHTS]
    options += [f"--revision={name.revision}"] if name.revision else []
    return [python, "-m", "tools.indictrans2.hub_fetch", *options, "--", name.model]


def _run(command: list[str], seconds: int) -> dict[str, object]:
    """What the fetch answers; its progress goes where this process's goes."""
    with subprocess.Popen(command, cwd=setup.ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            output, _ = child.communicate(timeout=seconds + _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            output = ""
        except KeyboardInterrupt:  # the child has had it, too
            return {"problem": "fetching was interrupted; a new attempt keeps the files that are whole"}
        finally:
            child.terminate()  # when this process is asked to end; it removes what is half fetched
    try:
        answer = json.loads(output)
    except ValueError:
        return {"problem": f"fetching ended with code {child.returncode}", "by_hand": True}
    return dict(answer)


def _sentence(name: HubName, text: str, *, by_hand: bool) -> str:
    return f"{name.model}: {text}. {_by_hand(name)}" if by_hand else f"{name.model}: {text}"


def _by_hand(name: HubName) -> str:
    files = ", ".join([*NEEDED, next(iter(WEIGHTS))])
    page = f"https://huggingface.co/{name.model}/tree/{name.revision or 'main'}"
    return f"By hand: download {files} from {page} into a folder {name.last} and give that folder as MODEL"
