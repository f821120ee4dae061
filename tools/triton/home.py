"""The folder layout that tritonserver expects, made of links into the wheel."""

import os
from pathlib import Path

from tools.triton.checks import Wheel


def lay_out(home: Path, wheel: Wheel, python: str) -> None:
    """Link backends and caches under `home`. May run beside another start on the same folder."""
    backend = home / "backends" / "python"
    links = {
        backend / "libtriton_python.so": wheel.backend / "libtriton_python.so",
        backend / "triton_python_backend_utils.py": wheel.backend / "triton_python_backend_utils.py",
        backend / "triton_python_backend_stub": wheel.stub(python),
        home / "caches" / "local": wheel.caches / "local",
    }
    for link, target in links.items():
        _link(link, target)


def lay_models(home: Path, repository: Path) -> Path:
    """A folder under `home` with links to the models of a repository; what has no config.pbtxt is left out.

    Triton takes every folder of a repository for a model, and loads none of a name that is there twice. So the serving
    code of a model that is installed elsewhere may not lie in a repository that Triton sees.
    """
    view = home / "models"
    wanted = {config.parent.name: config.parent for config in repository.glob("*/config.pbtxt")}
    for name, folder in wanted.items():
        _link(view / name, folder)
    for link in view.glob("*"):
        if link.name not in wanted and link.is_symlink():
            link.unlink(missing_ok=True)
    return view


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder: one that is left there by a kill would be taken for a model.
    new = link.parent.with_name(f"{link.parent.name}.{link.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
