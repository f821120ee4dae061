"""Networks in and out of models/indictrans2, and the Triton model that serves what is there."""

import dataclasses
from functools import partial
from pathlib import Path

from tools.indictrans2.install import FOLDER, Wanted, find_checkpoint, put_checkpoint
from tools.indictrans2.variables import Device
from tools.install_translator import serve
from tools.install_translator.model import UnusableModelError
from tools.install_translator.own import NAME
from tools.install_translator.weights import Weights, directions, installed, serving
from tools.model_repository.install import Installation, installing
from tools.model_repository.settings import RepositorySettings


def add(wanted: Wanted, device: Device | None, settings: RepositorySettings) -> str:
    """Convert a checkpoint and serve it with the others; answers what was done.

    Raises UnusableCheckpointError, UnusableModelError for a place that somebody else's model has, and what
    Installation.place raises: nothing has changed then.
    """
    _check_place(settings.folder(NAME))
    found = find_checkpoint(wanted, settings.models_dir)
    with installing(settings) as installation:
        device = device_for(device, settings)
        for_device = dataclasses.replace(wanted, device=device)
        made = put_checkpoint(found, for_device, settings.models_dir, installation.change)
        done = serve_installed(installation, device, settings)
    return f"{made.folder}: {'; '.join(made.notes)}\n{done}"


def remove(name: str, device: Device | None, settings: RepositorySettings) -> str:
    """Take a network out; answers what was done.

    Raises UnusableModelError for a name that is not installed, and what Installation.place raises: nothing has
    changed then.
    """
    root = settings.models_dir / FOLDER
    with installing(settings) as installation:
        known = {each.name: each for each in installed(root)}
        if name not in known:
            names = ", ".join(known) or "none"
            raise UnusableModelError(f"REMOVE={name}: not in {root}; installed: {names}")
        installation.change.make(installation.change.room(root / name, beside=root))
        done = serve_installed(installation, device_for(device, settings), settings)
    return f"removed {root / name}\n{done}"


def device_for(given: Device | None, settings: RepositorySettings) -> Device:
    """What was asked for, or else what the installed model is for."""
    return given or serve.device_of(settings.folder(NAME)) or "cpu"


def _check_place(target: Path) -> None:
    if is_foreign(target):
        raise UnusableModelError(
            f"{target}: this is a Triton model that was not made of checkpoints; take the folder away first"
        )


def is_foreign(target: Path) -> bool:
    """Whether something is there that was not made of checkpoints."""
    return target.exists() and not serve.is_ours(target)


def serve_installed(installation: Installation, device: Device, settings: RepositorySettings) -> str:
    """The networks that are there now; a model that somebody else made stays."""
    root, target = settings.models_dir / FOLDER, settings.folder(NAME)
    every = installed(root)
    chosen = serving(every)
    if is_foreign(target):
        return f"{target} was not made of checkpoints, and stays as it is"
    if not chosen:
        return _stop_serving(installation, target)
    lay = partial(serve.lay, chosen, root.resolve(), target.resolve(), device)
    return f"{installation.place(NAME, lay)}\n{_summary(every, chosen)}"


def _stop_serving(installation: Installation, target: Path) -> str:
    if target.exists():
        installation.withdraw(NAME)
    return "no network is left: make indictrans2 MODEL=… installs one"


def _summary(every: list[Weights], chosen: list[Weights]) -> str:
    lines = [f"translates {', '.join(directions(chosen))}"]
    lines += [f"  {each.direction}: {each.name} ({each.quantization})" for each in chosen]
    lines += [f"  unused: {each.name} ({each.direction})" for each in every if each not in chosen]
    return "\n".join(lines)
