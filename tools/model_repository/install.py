"""Installing a model: into the repository, and into a running Triton."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.model_repository import live
from tools.model_repository.place import Change, changing
from tools.model_repository.settings import RepositorySettings


class Installation:
    """Models that come and go together with what else `change` exchanges."""

    def __init__(self, change: Change, settings: RepositorySettings) -> None:
        self.change = change
        self._settings, self._url = settings, settings.triton_url
        self._told: list[str] = []  # what Triton was asked to load or to unload

    def place(self, name: str, lay: Callable[[Path], None]) -> str:
        """Let `lay` write the model into a folder, put that into the repository and have Triton load it.

        Answers what was done. Raises live.LoadFailedError, OSError, shutil.Error and what `lay` raises.
        """
        target = self._settings.folder(name)
        exchange = self.change.room(target, beside=self._settings.models_dir)
        lay(exchange.new)
        self.change.make(exchange)
        if not live.knows(self._url, name):
            return f"installed {target}; start the mesh, or start it anew, to load it"
        self._told.append(name)
        live.load(self._url, name)
        return f"installed {target}; Triton at {self._url} has loaded it"

    def withdraw(self, name: str) -> None:
        """Take the model out of the repository, and out of Triton. Raises live.LoadFailedError, OSError."""
        if live.knows(self._url, name):
            self._told.append(name)
            live.unload(self._url, name)
        target = self._settings.folder(name)
        self.change.make(self.change.room(target, beside=self._settings.models_dir))

    def restore(self) -> None:
        """Have Triton serve what is in the repository again."""
        for name in self._told:
            print(f"Triton at {self._url} goes back to the former {name}", file=sys.stderr)
            back = live.load if self._settings.folder(name).exists() else live.unload
            with contextlib.suppress(live.LoadFailedError):
                back(self._url, name)


@contextlib.contextmanager
def installing(settings: RepositorySettings) -> Iterator[Installation]:
    """An installation that holds when the block ends well; else folders and Triton are again as they were.

    Raises OSError.
    """
    begun: list[Installation] = []
    try:
        with changing(settings.models_dir) as change:
            begun.append(Installation(change, settings))
            yield begun[0]
    except BaseException:
        # The folders are back: also when somebody ended this while Triton was still loading.
        for installation in begun:
            installation.restore()
        raise


def install(name: str, settings: RepositorySettings, lay: Callable[[Path], None]) -> str:
    """Place one model. Answers, and raises, as Installation.place does; what was there before is back then."""
    with installing(settings) as installation:
        return installation.place(name, lay)
