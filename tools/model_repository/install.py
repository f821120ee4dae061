"""Installing a model: into the repository, and into a running Triton."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from tools.model_repository import live
from tools.model_repository.place import placed
from tools.model_repository.settings import RepositorySettings


def install(name: str, settings: RepositorySettings, lay: Callable[[Path], None]) -> str:
    """Let `lay` write the model into a folder, put that into the repository and have Triton load it.

    Answers what was done. Raises live.LoadFailedError (the model that was there before is back then), OSError,
    shutil.Error and what `lay` raises.
    """
    target, url = settings.folder(name), settings.triton_url
    try:
        with placed(target, lay):
            if not live.knows(url, name):
                return f"installed {target}; start the mesh, or start it anew, to load it"
            live.load(url, name)
    except live.LoadFailedError:
        # The former model, if there was one, is in its place again.
        with contextlib.suppress(live.LoadFailedError):
            live.load(url, name)
        raise
    return f"installed {target}; Triton at {url} has loaded it"
