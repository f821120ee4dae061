"""Which way a model translates, from everything that tells it; what disagrees is refused."""

import re
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.vocabulary import Script, Vocabulary

Direction = Literal["en-indic", "indic-en", "indic-indic"]
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
ENGLISH: Final = "eng_Latn"

# Rows of the encoder's and the decoder's embedding of the published models.
_PUBLISHED: Final[dict[tuple[int, int], Direction]] = {
    (32322, 122672): "en-indic",
    (122706, 32296): "indic-en",
    (122706, 122672): "indic-indic",
}
_SCRIPTS: Final[dict[tuple[Script, Script], Direction]] = {
    ("english", "indic"): "en-indic",
    ("indic", "english"): "indic-en",
    ("indic", "indic"): "indic-indic",
}


class Route(NamedTuple):
    """A direction with the language tags that a source and a target text may have."""

    direction: Direction
    source_tags: list[str]
    target_tags: list[str]


def find_route(
    folder: Path,
    given: Direction | None,
    name: str,
    source: Vocabulary,
    target: Vocabulary,
    carded: Direction | None = None,
) -> Route:
    """The direction that was given, or else what its card or else its name says, or else what the vocabularies tell.

    Raises UnusableCheckpointError when these disagree, when nothing tells it, and when the tags are missing.
    """
    named = _in_name(name) or _in_name(f"{folder.parent.name}/{folder.name}")
    sizes = _PUBLISHED.get((len(source.pieces), len(target.pieces)))
    scripts = _of_scripts(source, target)
    by_hand = [("--direction says", given), ("its card says", carded), ("its name says", named)]
    said = next((claim for claim in by_hand if claim[1]), by_hand[-1])
    claims: list[tuple[str, Direction | None]] = [
        said,
        (f"{len(source.pieces)} and {len(target.pieces)} pieces are those of", sizes),
        ("its vocabularies are written as those of", scripts),
    ]
    told = [(how, direction) for how, direction in claims if direction]
    if not told:
        raise UnusableCheckpointError(
            f"{folder}: neither its name nor its vocabularies tell the direction: give --direction"
        )
    (how, direction), *others = told
    for other_how, other in others:
        if other != direction:
            raise UnusableCheckpointError(f"{folder}: {how} {direction}, but {other_how} {other}")
    return _route(direction, source)


def _in_name(name: str) -> Direction | None:
    """The last direction in a name such as indictrans2-en-indic-dist-200M."""
    found = re.findall(rf"(?<![a-z])({'|'.join(DIRECTIONS)})(?![a-z])", name.lower())
    return next((direction for direction in DIRECTIONS if found and found[-1] == direction), None)


def _of_scripts(source: Vocabulary, target: Vocabulary) -> Direction | None:
    scripts = source.script(), target.script()
    return _SCRIPTS.get(scripts) if scripts[0] and scripts[1] else None  # type: ignore[arg-type]


def _route(direction: Direction, source: Vocabulary) -> Route:
    tags = source.tags()
    indic = [tag for tag in tags if tag != ENGLISH]
    if not indic or (direction != "indic-indic" and ENGLISH not in tags):
        lacking = ENGLISH if indic else "the tags of Indic languages, such as hin_Deva"
        raise UnusableCheckpointError(f"{source.path}: it lacks {lacking}")
    sides = {"en": [ENGLISH], "indic": indic}
    source_side, target_side = direction.split("-")
    return Route(direction, sides[source_side], sides[target_side])
