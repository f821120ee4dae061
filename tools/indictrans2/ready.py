"""Folders that hold a converted model already, as AI4Bharat gives them out or as this tool has made them."""

import shutil
from pathlib import Path
from typing import Any, Final

from tools.indictrans2.card import direction_on_card
from tools.indictrans2.directions import Direction, find_route
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.finish import MODEL, Parts
from tools.indictrans2.pieces import check_pieces
from tools.indictrans2.shape import CONFIG, read_object
from tools.indictrans2.trust import copy_extras
from tools.indictrans2.vocabulary import read_list

SIDES: Final = ("SRC", "TGT")
# What CTranslate2 itself puts around the pieces that the server gives it; any other start or end answers badly.
_FRAME: Final[dict[str, tuple[Any, str]]] = {
    "add_source_eos": (True, "so sources would not end"),
    "add_source_bos": (False, "so sources would not start with the languages"),
    "decoder_start_token": ("</s>", "so answers would start from another piece than the network learnt"),
}


def is_ready(folder: Path) -> bool:
    """Whether it is a CTranslate2 model."""
    return (folder / MODEL).is_file()


def take_over(folder: Path, output: Path, name: str, given: Direction | None) -> Parts:
    """Check the model and copy it. Raises UnusableCheckpointError; OSError."""
    _check_frame(folder / CONFIG)
    lists = [
        _file(folder, f"{side}_vocabulary.json", f"{side}_vocabulary.txt") for side in ("source", "target")
    ]
    models = [
        _file(folder, f"model.{side}", f"vocab/model.{side}", f"../vocab/model.{side}") for side in SIDES
    ]
    source, target = map(read_list, lists)
    check_pieces(models[0], source, target)
    check_pieces(models[1], target, source)
    route = find_route(folder, given, name, source, target, direction_on_card(folder))
    files = [folder / MODEL, folder / CONFIG, *lists, *models]
    for path in files:
        shutil.copyfile(path, output / path.name)
    return Parts(name, route, source, target, [*files, *copy_extras(folder, output)])


def _check_frame(path: Path) -> None:
    config = read_object(path)
    for key, (wanted, why) in _FRAME.items():
        if config.get(key, False) != wanted:
            text = "true" if wanted is True else "false" if wanted is False else wanted
            raise UnusableCheckpointError(f"{path}: {key} is not {text}, {why}")


def _file(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise UnusableCheckpointError(f"{folder / names[0]}: the file is missing")
