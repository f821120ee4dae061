"""Fetches a checkpoint from the Hugging Face hub into the client's cache: `hub_fetch [options] owner/model`.

Runs in .venv-hub. Data files only, never code. How far it is goes to standard error; standard output gets one line of
JSON: `folder` and `commit`, or `problem` (a sentence) and `by_hand`. HF_TOKEN, HF_ENDPOINT, HF_HOME and the other
variables of the client mean what its documentation says.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

# Fetching is all that is asked for.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from huggingface_hub import HfApi, constants, get_cached_repo_tree, snapshot_download, try_to_load_from_cache
from huggingface_hub.errors import CachedRepoTreeNotFoundError

from tools.indictrans2.hub_problems import NoCheckpointError, NoSpaceError, Problem, problem

# The client waits for the hub's first answers without end.
_ANSWER_SECONDS: Final = 60
_MAX_DESCRIPTORS: Final = 4096  # the client has some dozens
_MB: Final = 1e6
_INDEX: Final = ".index.json"
Sizes = dict[str, int]  # bytes by file name


def main() -> int:
    """Fetch, and answer with a line. Exit code 1 when it cannot."""
    chosen = _parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _end)
    try:
        folder, commit = _fetch(chosen)
    except Exception as error:  # noqa: BLE001 # of many kinds, for the client lets those of its libraries through
        print(_answer(problem(error, chosen.name, constants.ENDPOINT)))
        return 1
    print(json.dumps({"folder": folder, "commit": commit}))
    return 0


def _fetch(chosen: argparse.Namespace) -> tuple[str, str]:
    """The folder in the cache, and the commit that is in it."""
    name = chosen.name
    signal.alarm(min(_ANSWER_SECONDS, chosen.seconds))
    revision = HfApi().resolve_revision(name, revision=chosen.revision)
    listed = _listed(name, revision.resolved)
    files = _wanted(listed, chosen.needed, chosen.weights)
    signal.alarm(chosen.seconds)
    _announce(name, revision.resolved, {file: listed[file] for file in files})
    folder = snapshot_download(name, revision=revision, allow_patterns=files)
    signal.alarm(0)
    return folder, revision.resolved


def _listed(name: str, commit: str) -> Sizes:
    """The files at the top of the repository; without a network, as they were listed the last time."""
    try:
        files = get_cached_repo_tree(name, revision=commit)
    except CachedRepoTreeNotFoundError:
        files = list(HfApi().list_repo_tree(name, revision=commit))
    return {each.path: each.size for each in files if hasattr(each, "size")}  # folders have none


def _wanted(listed: Sizes, needed: Sequence[str], weights: Sequence[str]) -> list[str]:
    """What is needed, and the first kind of weights that is there, in one file or in several."""
    if missing := [name for name in needed if name not in listed]:
        raise NoCheckpointError(f"this is no IndicTrans2 checkpoint: it has no {', no '.join(missing)}")
    first = next((name for name in weights if name in listed), None)
    if first is None:
        raise NoCheckpointError(f"it has no weights; one of {', '.join(weights)} is needed")
    stem, _, ending = first.removesuffix(_INDEX).rpartition(".")
    parts = [name for name in listed if fnmatchcase(name, f"{stem}-*.{ending}") and "/" not in name]
    return [*needed, first, *(sorted(parts) if first.endswith(_INDEX) else ())]


def _announce(name: str, commit: str, files: Sizes) -> None:
    """Say how much there is to fetch. Raises NoSpaceError when the disk has no room for it."""
    cache = Path(constants.HF_HUB_CACHE)
    lacking = {
        file: size
        for file, size in files.items()
        if not isinstance(try_to_load_from_cache(name, file, revision=commit), str)
    }
    size = sum(lacking.values())
    place = next(each for each in (cache, *cache.absolute().parents) if each.is_dir())
    free = shutil.disk_usage(place).free
    if size > free:
        raise NoSpaceError(
            f"its files take {size / _MB:.1f} MB, and {cache} has room for {free / _MB:.1f} MB"
        )
    what = (
        f"fetching {len(lacking)} of {len(files)} files, {size / _MB:.1f} MB, to"
        if lacking
        else "all files are in"
    )
    print(f"{name}, commit {commit}: {what} {cache}", file=sys.stderr, flush=True)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End at once, without the client's threads, and without the half files that nobody would go on with.

    Nothing is printed by way of Python's streams: the signal may have come while one was in use.
    """
    # The threads still run: from here on they open no further file, and what they say of that is for nobody.
    said = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    for descriptor in range(_MAX_DESCRIPTORS):
        with suppress(OSError):
            if (path := Path(f"/proc/self/fd/{descriptor}").readlink()).suffix == ".incomplete":
                path.unlink()
    os.write(said, b"\n")  # the progress bar's line has no end
    if number == signal.SIGALRM:
        text = f"{constants.ENDPOINT} did not give the files in time; a new attempt keeps the ones that are whole"
        os.write(1, _answer(Problem(text, True)).encode())
    os._exit(128 + number)


def _answer(found: Problem) -> str:
    return json.dumps({"problem": found.text, "by_hand": found.by_hand})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="owner/model")
    parser.add_argument(
        "--revision", help="a branch, a tag or a commit; otherwise the newest of the main branch"
    )
    parser.add_argument("--needed", action="append", default=[], help="a file that must be there")
    parser.add_argument(
        "--weights", action="append", default=[], help="a file with weights; the first is taken"
    )
    parser.add_argument("--seconds", type=int, required=True, help="how long it may take")
    return parser


if __name__ == "__main__":
    sys.exit(main())
