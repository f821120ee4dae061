"""Finding the weights of a checkpoint: one file or several, safetensors or PyTorch's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.shape import read_object
from tools.weights.safetensors import read_safetensors
from tools.weights.stored import StoredTensor
from tools.weights.torch_weights import read_torch_weights

Reader = Callable[[Path], dict[str, StoredTensor]]

# The first that is there is taken; an index names the parts of weights that lie in several files.
WEIGHTS: Final[dict[str, Reader]] = {
    "model.safetensors": read_safetensors,
    "model.safetensors.index.json": read_safetensors,
    "pytorch_model.bin": read_torch_weights,
    "pytorch_model.bin.index.json": read_torch_weights,
}
_INDEX: Final = ".index.json"


def read_weights(folder: Path) -> dict[str, StoredTensor]:
    """The tensors of the checkpoint by name.

    Raises UnusableCheckpointError; tools.weights.errors.UnreadableWeightsError; OSError.
    """
    for name, read in WEIGHTS.items():
        if (folder / name).is_file():
            return _read_parts(folder / name, read) if name.endswith(_INDEX) else read(folder / name)
    raise UnusableCheckpointError(f"{folder}: there are no weights; one of {', '.join(WEIGHTS)} is needed")


def _read_parts(index: Path, read: Reader) -> dict[str, StoredTensor]:
    parts = read_object(index).get("weight_map")
    if not isinstance(parts, dict) or not parts or not all(isinstance(part, str) for part in parts.values()):
        raise UnusableCheckpointError(f"{index}: weight_map is missing, or names no files")
    tensors: dict[str, StoredTensor] = {}
    for part in sorted(set(parts.values())):
        tensors |= _part(index, part, read)
    if lost := [
        name for name, part in parts.items() if name not in tensors or tensors[name].path.name != part
    ]:
        raise UnusableCheckpointError(f"{index.with_name(parts[lost[0]])}: {lost[0]} is missing")
    return tensors


def _part(index: Path, part: str, read: Reader) -> dict[str, StoredTensor]:
    path = index.with_name(part) if part == Path(part).name else None
    if path is None or not path.is_file():
        raise UnusableCheckpointError(f"{index}: the file {part} that it names is missing from the folder")
    return read(path)
