"""The networks that come with the repository, in data/nano/model: they are installed by the set-up, as any other is.

They serve a direction as long as no other network is installed for it. What is laid out already stays as it is, unless
the repository has other networks or other serving code by now: then it is laid out anew, also for networks
that somebody else made.
"""

import json
from pathlib import Path
from typing import Final

from meshkit.settings import ROOT
from tools.indictrans2.card import CARD, sums
from tools.indictrans2.install import FOLDER, Found, Wanted, put_checkpoint
from tools.indictrans2.trust import EXTRAS
from tools.install_translator import serve
from tools.install_translator.checkpoints import device_for, is_foreign, serve_installed
from tools.install_translator.own import NAME
from tools.install_translator.weights import installed, serving
from tools.model_repository.install import installing
from tools.model_repository.settings import RepositorySettings

OWN: Final = ROOT / "data" / "nano" / "model"


def lay_own(settings: RepositorySettings, own: Path = OWN) -> list[str]:
    """Bring what is installed to what the repository has; answers what was done, nothing where all is as it should be.

    Raises UnusableCheckpointError and what Installation.place raises: nothing has changed then.
    """
    root = settings.models_dir / FOLDER
    stale = [folder for folder in sorted(own.glob("*/")) if not _is_installed(folder, root / folder.name)]
    if not stale and _is_current(settings):
        return []
    with installing(settings) as installation:
        for folder in stale:
            put_checkpoint(
                Found(folder, folder.name),
                Wanted(str(folder), folder.name),
                settings.models_dir,
                installation.change,
            )
        done = [f"installed {root / folder.name}" for folder in stale]
        return [*done, serve_installed(installation, device_for(None, settings), settings)]


def _is_installed(own: Path, place: Path) -> bool:
    """Whether the card there was made from these very files, and from all that count."""
    try:
        made_from = json.loads((place / CARD).read_bytes())["made_from"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return bool(made_from == sums(path for path in own.iterdir() if path.name in {*made_from, *EXTRAS}))


def _is_current(settings: RepositorySettings) -> bool:
    """Whether the serving model is what `serve` would write now; one that somebody else made is nobody's business."""
    place = settings.folder(NAME)
    if is_foreign(place):
        return True
    chosen = serving(installed(settings.models_dir / FOLDER))
    if not chosen:
        return not place.exists()
    return place.exists() and serve.is_current(chosen, settings.models_dir / FOLDER, place)
