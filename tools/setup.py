"""Makes the environments, fetches the assets, lays out the translator: `sh tools/setup.sh {run,test,bench,torch,hub}`.

Runs on a bare Python 3.11 with nothing installed. What is there already is left
alone: each environment carries a stamp with the hashes of the locks it was
installed from, written last, so that an interrupted set-up is done again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
WORK = ROOT / "build" / "setup"
STAMP = ".setup.json"
# Relative to site-packages: the repository's root, the generated code, and the translator's text pipeline.
PATHS = "../../../..\n../../../../gen\n../../../../triton_models/translator/1\n"
# The environments, their assets and pip's temporary files, in bytes.
DISK_NEEDED = 3 * 1024**3
SAY_AGAIN_SECONDS = 15.0

children: set[subprocess.Popen[bytes]] = set()
# The lock's file; children inherit it, so that what outlives a killed set-up still keeps the next one waiting.
held: list[int] = []


class SetupError(Exception):
    """Set-up cannot go on; the message tells what to do."""


def say(text: str) -> None:
    """Prints one line of progress at once, also into a pipe."""
    print(f"setup: {text}", flush=True)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp(path: Path) -> dict[str, object]:
    """A stamp's content; empty when it is missing or torn."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Environment:
    """A virtual environment installed from locks; the last lock contains the ones before it."""

    folder: Path
    locks: tuple[str, ...]
    pip_options: tuple[str, ...] = ()
    paths: str = ""

    def identity(self) -> dict[str, object]:
        """What makes an installed environment unusable when it changes: scripts carry absolute paths."""
        return {"root": str(ROOT), "python": sys.version, "base": sys.base_prefix}

    def hashes(self) -> dict[str, str]:
        """The locks' present hashes by name."""
        return {name: digest(LOCKS / name) for name in self.locks}

    def stamp(self) -> dict[str, object]:
        """The stamp without a torn or foreign one: empty when the folder must be made anew."""
        found = read_stamp(self.folder / STAMP)
        usable = (self.folder / "bin" / "python").exists()
        return found if usable and found.get("identity") == self.identity() else {}

    def ready(self) -> bool:
        """Whether the environment holds what the locks say now."""
        stamp = self.stamp()
        installed = stamp.get("locks")
        is_installed = isinstance(installed, dict) and self.hashes().items() <= installed.items()
        return is_installed and stamp.get("paths", "") == self.paths

    def make(self) -> None:
        """Creates the environment, or brings it to the present locks."""
        fresh = not self.stamp()
        (self.folder / STAMP).unlink(missing_ok=True)
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
            run(self.folder.name, base_python(), "-m", "venv", str(self.folder))
        run(self.folder.name, str(self.folder / "bin" / "pip"), "install", *PIP_QUIET, *self.pip_options,
            "--require-hashes", "-r", str(LOCKS / self.locks[-1]))  # fmt: skip
        if self.paths:
            site_packages = self.folder / "lib" / "python3.11" / "site-packages"
            (site_packages / "sutradhar.pth").write_text(self.paths)
        stamp = {"identity": self.identity(), "locks": self.hashes(), "paths": self.paths}
        (self.folder / STAMP).write_text(json.dumps(stamp, indent=1))


PIP_QUIET = (
    "--quiet",
    "--no-input",
    "--progress-bar=off",
    "--disable-pip-version-check",
    "--no-warn-script-location",
)
TRITON = Environment(ROOT / ".venv-triton", ("triton.txt",), pip_options=("--no-deps",))
HUB = Environment(ROOT / ".venv-hub", ("hub.txt",))
MAIN = {
    "run": Environment(ROOT / ".venv", ("main.txt",), paths=PATHS),
    "test": Environment(ROOT / ".venv", ("main.txt", "dev.txt"), paths=PATHS),
}
# What each purpose needs. Most environments of their own hold only what the mesh is measured against; PyTorch's, of
# 1 GB, is asked for by name. The hub's client is made where a model is to be fetched, and for the tests of that.
ENVIRONMENTS = {
    "run": (MAIN["run"], TRITON),
    "test": (MAIN["test"], TRITON, HUB),
    "hub": (MAIN["run"], HUB),
    "bench": (
        MAIN["test"],
        TRITON,
        Environment(ROOT / ".venv-bench", ("bench.txt",)),
        Environment(ROOT / ".venv-mlserver", ("mlserver.txt",)),
    ),
    "torch": (
        MAIN["test"],
        Environment(
            ROOT / ".venv-torch",
            ("torch-cpu.txt", "torch-bench.txt"),
            pip_options=("-r", str(LOCKS / "torch-cpu.txt")),
            paths=PATHS,
        ),
    ),
}


class Assets:
    """Models, fonts and pages below models/, fetched by tools/assets."""

    folder = ROOT / "models"
    installed = ("indictrans2", "triton")

    def sources(self) -> str:
        """One hash over the code that fetches, which carries the pinned checksums."""
        files = sorted(
            path
            for path in (ROOT / "tools" / "assets").rglob("*")
            if path.suffix in {".py", ".toml", ".json"}
        )
        return hashlib.sha256("".join(digest(path) for path in files).encode()).hexdigest()

    def ready(self) -> bool:
        """Whether everything that was fetched is still there, in its size."""
        stamp = read_stamp(self.folder / STAMP)
        files = stamp.get("files")
        return stamp.get("sources") == self.sources() and isinstance(files, dict) and all(
            (self.folder / name).is_file() and (self.folder / name).stat().st_size == size
            for name, size in files.items()
        )  # fmt: skip

    def make(self) -> None:
        """Fetches what is missing and notes what there is."""
        run("assets", str(ROOT / ".venv" / "bin" / "python"), "-m", "tools.assets")
        stamp = {"sources": self.sources(), "files": self.sizes()}
        (self.folder / STAMP).write_text(json.dumps(stamp, indent=1))

    def sizes(self) -> dict[str, int]:
        """The size of each file that was fetched; what was installed beside them comes and goes by itself."""
        files = [path for path in sorted(self.folder.rglob("*")) if path.is_file() and path.name != STAMP]
        named = {path.relative_to(self.folder): path.stat().st_size for path in files}
        return {str(name): size for name, size in named.items() if name.parts[0] not in self.installed}


class Translator:
    """The translation model below models/, laid out by tools/install_translator from what the repository has."""

    stamp = ROOT / "models" / "indictrans2" / STAMP
    parts = ("data/nano/model", "triton_models/translator/1", "tools/install_translator", "tools/indictrans2")

    def sources(self) -> str:
        """One hash over the networks, the serving code, and what makes a model of them."""
        files = sorted(
            path
            for part in self.parts
            for path in (ROOT / part).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
        return hashlib.sha256("".join(f"{path} {digest(path)}\n" for path in files).encode()).hexdigest()

    def ready(self) -> bool:
        """Whether it was laid out from what the repository has now."""
        return read_stamp(self.stamp).get("sources") == self.sources()

    def make(self) -> None:
        """Lays it out; a network of somebody else's goes before ours, and stays."""
        run("translator", str(ROOT / ".venv" / "bin" / "python"), "-m", "tools.install_translator", "--own")
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(json.dumps({"sources": self.sources()}))


def base_python() -> str:
    """The interpreter outside any environment; an environment may be deleted under the running one."""
    return getattr(sys, "_base_executable", None) or sys.executable


def run(log: str, *command: str) -> None:
    """Runs a command with its output in build/setup/; raises SetupError with the output's end when it fails."""
    path = WORK / f"{log.lstrip('.')}.log"
    with path.open("ab") as output:
        with subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            start_new_session=True, pass_fds=held,
        ) as child:  # fmt: skip
            children.add(child)
            status = child.wait()
            children.discard(child)
    if status:
        tail = "\n".join(path.read_text(errors="replace").splitlines()[-12:])
        raise SetupError(
            f"{Path(command[0]).name} {' '.join(command[1:3])} failed ({status}):\n{tail}\nsetup: whole output: {path}"
        )


def step(title: str, work: Callable[[], None]) -> None:
    """Runs one step and tells its seconds; a long one says in between that it is still at it."""
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        while True:
            with contextlib.suppress(TimeoutError):
                running.result(timeout=SAY_AGAIN_SECONDS)
                break
            if running.done():
                running.result()
            say(f"{title} ... {time.monotonic() - began:.0f} s")
    say(f"{title}: done in {time.monotonic() - began:.1f} s")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Holds the set-up's lock: a second set-up of this tree waits for the first."""
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up of this tree is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        held.append(lock.fileno())
        yield
        held.clear()


def check_machine() -> None:
    """Raises SetupError for what would otherwise fail after minutes."""
    if shutil.which("npm") is None:
        raise SetupError("npm was not found: some assets come from npm packages. Install Node.js with npm.")
    free = shutil.disk_usage(ROOT).free
    if free < DISK_NEEDED:
        raise SetupError(
            f"{free / 1024**3:.1f} GB of disk space are free, {DISK_NEEDED / 1024**3:.0f} GB are needed."
        )
    if subprocess.run([base_python(), "-c", "import ensurepip, venv"], capture_output=True).returncode:
        raise SetupError("this Python cannot make environments; on Debian install python3.11-venv.")


def set_up(purpose: str) -> None:
    """Does what is missing for `purpose`: the environments, two at once, then the assets."""
    assets, translator = Assets(), Translator()
    environments = [one for one in ENVIRONMENTS[purpose] if not one.ready()]
    last: list[tuple[str, Callable[[], None]]] = []
    if not assets.ready():
        last.append(("fetch models, fonts and pages", assets.make))
    # What lays it out converts with Triton's environment.
    if TRITON in ENVIRONMENTS[purpose] and not translator.ready():
        last.append(("lay out the translation model", translator.make))
    if not environments and not last:
        return
    check_machine()
    for log in WORK.glob("*.log"):
        log.unlink()
    steps = [f"install {one.folder.name}" for one in environments]
    total = len(steps) + len(last)
    say(f"{total} step{'s' * (total > 1)} to do; the first time takes a minute or two")
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(step, f"{number}/{total} {title}", one.make)
            for number, (title, one) in enumerate(zip(steps, environments, strict=True), 1)
        ]
        for job in jobs:
            job.result()
    for number, (title, work) in enumerate(last, len(steps) + 1):
        step(f"{number}/{total} {title}", work)


def stop(signum: int, frame: FrameType | None) -> None:
    """Ends the children, then the process; the missing stamps have the work done again."""
    for child in tuple(children):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    say("interrupted; run it again to finish")
    os._exit(128 + signum)


def main() -> None:
    """Sets up for the purpose named on the command line."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in ENVIRONMENTS:
        sys.exit(f"setup: unknown purpose {purpose!r}: {' or '.join(ENVIRONMENTS)}")
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)
    try:
        with alone():
            set_up(purpose)
    except SetupError as error:
        sys.exit(f"setup: {error}")


if __name__ == "__main__":
    main()
