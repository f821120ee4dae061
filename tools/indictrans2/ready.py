"""Folders that hold a converted model already, as AI4Bharat gives them out or as this tool has made them."""

import json
import shutil
from pathlib import Path
from typing import Final

from tools.indictrans2.directions import DIRECTIONS, Direction, find_route
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.finish import CARD, MODEL, Parts
from tools.indictrans2.pieces import check_pieces
from tools.indictrans2.shape import CONFIG, read_object
from tools.indictrans2.vocabulary import read_list

SIDES: Final = ("SRC", "TGT")
# Whether CTranslate2 itself ends the source with </s>: the server leaves that to it.
_ENDS_SOURCE: Final = "add_source_eos"


def is_ready(folder: Path) -> bool:
    """Whether it is a CTranslate2 model."""
    return (folder / MODEL).is_file()


def take_over(folder: Path, output: Path, name: str, given: Direction | None) -> Parts:
    """Check the model and copy it. Raises UnusableCheckpointError; OSError."""
    config = read_object(folder / CONFIG)
    if config.get(_ENDS_SOURCE) is not True:
        raise UnusableCheckpointError(
            f"{folder / CONFIG}: {_ENDS_SOURCE} is not true, so sources would not end"
        )
    lists = [
        _file(folder, f"{side}_vocabulary.json", f"{side}_vocabulary.txt") for side in ("source", "target")
    ]
    models = [
        _file(folder, f"model.{side}", f"vocab/model.{side}", f"../vocab/model.{side}") for side in SIDES
    ]
    source, target = map(read_list, lists)
    check_pieces(models[0], source, target)
    check_pieces(models[1], target, source)
    route = find_route(folder, given or _on_card(folder), name, source, target)
    files = [folder / MODEL, folder / CONFIG, *lists, *models]
    for path in files:
        shutil.copyfile(path, output / path.name)
    return Parts(name, route, source, target, files)


def _file(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise UnusableCheckpointError(f"{folder / names[0]}: the file is missing")


def _on_card(folder: Path) -> Direction | None:
    """What this tool wrote when it made the folder."""
    try:
        directions = json.loads((folder / CARD).read_bytes())["directions"]
        return next(direction for direction in DIRECTIONS if [direction] == directions)
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None
