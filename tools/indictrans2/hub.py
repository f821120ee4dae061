"""Fetching a checkpoint from the Hugging Face hub, if its client is installed: data files only, never code."""

from pathlib import Path
from typing import Final

from tools.indictrans2.checkpoint import WEIGHTS
from tools.indictrans2.errors import UnusableCheckpointError

NEEDED: Final = ("config.json", "model.SRC", "model.TGT", "dict.SRC.json", "dict.TGT.json")


def fetch(name: str) -> Path:
    """The folder in the hub client's cache with the files of the checkpoint `name`, such as owner/model.

    Raises UnusableCheckpointError when the client is missing, or cannot get them.
    """
    try:
        import huggingface_hub as hub  # an optional package
    except ImportError as error:
        raise UnusableCheckpointError(
            f"{name}: huggingface_hub is not installed. {_by_hand(name)}"
        ) from error
    try:
        patterns = [*NEEDED, *_weights(hub.HfApi().list_repo_files(name))]
        return Path(hub.snapshot_download(name, allow_patterns=patterns))
    except Exception as error:  # the client lets errors of its own HTTP library through, of many kinds
        reason = str(error).strip().partition("\n")[0]
        raise UnusableCheckpointError(f"{name}: it cannot be fetched ({reason}). {_by_hand(name)}") from error


def _weights(files: list[str]) -> list[str]:
    """Patterns for the weights of the first kind that is there, in one file or in several."""
    for name in WEIGHTS:
        if name in files:
            stem, _, ending = name.removesuffix(".index.json").rpartition(".")
            return [name, f"{stem}-*.{ending}"] if name.endswith(".index.json") else [name]
    return []


def _by_hand(name: str) -> str:
    files = ", ".join([*NEEDED, next(iter(WEIGHTS))])
    folder = name.rpartition("/")[2]
    return f"Download {files} from https://huggingface.co/{name} into a folder {folder} and name that folder."
