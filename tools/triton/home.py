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


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    new = link.with_name(f"{link.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
