"""Networks in and out of models/indictrans2, and the Triton model that serves what is there."""

import contextlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tools.indictrans2.install import FOLDER, Wanted, install_checkpoint
from tools.indictrans2.place import locked
from tools.install_translator import serve
from tools.install_translator.model import UnusableModelError
from tools.install_translator.own import NAME
from tools.install_translator.serve import Device
from tools.install_translator.weights import Weights, directions, installed, serving
from tools.model_repository.install import install
from tools.model_repository.live import unload
from tools.model_repository.settings import RepositorySettings


def add(wanted: Wanted, device: Device, settings: RepositorySettings) -> str:
    """Convert a checkpoint and serve it with the others; answers what was done.

    Raises UnusableCheckpointError, and what install raises: the weights stay then, and serve with the next one.
    """
    made = install_checkpoint(wanted, settings.models_dir)
    notes = f"{made.folder}: {'; '.join(made.notes)}"
    with locked(settings.models_dir / FOLDER):
        return f"{notes}\n{_serve(device, settings)}"


def remove(name: str, device: Device, settings: RepositorySettings) -> str:
    """Take a network out; answers what was done.

    Raises UnusableModelError for a name that is not installed, and what install raises: nothing has changed then.
    """
    root = settings.models_dir / FOLDER
    with locked(root):
        known = {each.name: each for each in installed(root)}
        if name not in known:
            names = ", ".join(known) or "none"
            raise UnusableModelError(f"REMOVE={name}: not in {root}; installed: {names}")
        with _without(root / name):
            done = _serve(device, settings)
    return f"removed {root / name}\n{done}"


@contextlib.contextmanager
def _without(folder: Path) -> Iterator[None]:
    """The folder is gone within, and after it; back if the block raises."""
    aside = folder.with_name(f".removed-{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    try:
        yield
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside)


def _serve(device: Device, settings: RepositorySettings) -> str:
    root, target = settings.models_dir / FOLDER, settings.folder(NAME)
    every = installed(root)
    chosen = serving(every)
    if not chosen:
        return _stop_serving(target, settings)
    lay = partial(serve.lay, chosen, root.resolve(), target.resolve(), device)
    return f"{install(NAME, settings, lay)}\n{_summary(every, chosen)}"


def _stop_serving(target: Path, settings: RepositorySettings) -> str:
    """Nothing is left to serve; a model that somebody else made stays."""
    if serve.is_ours(target):
        unload(settings.triton_url, NAME)
        shutil.rmtree(target)
    return "no network is left: make indictrans2 MODEL=… installs one"


def _summary(every: list[Weights], chosen: list[Weights]) -> str:
    lines = [f"translates {', '.join(directions(chosen))}"]
    lines += [f"  {each.direction}: {each.name} ({each.quantization})" for each in chosen]
    lines += [f"  unused: {each.name} ({each.direction})" for each in every if each not in chosen]
    return "\n".join(lines)
