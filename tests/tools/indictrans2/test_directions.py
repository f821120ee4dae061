"""A direction is told by everything that tells it, and never against it."""

from pathlib import Path

import pytest

from tools.indictrans2.directions import Direction, Route, find_route
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.vocabulary import SPECIAL, Vocabulary

TAGS = ["eng_Latn", "hin_Deva", "tam_Taml"]
FOLDER = Path("/models/some")


def vocabulary(words: list[str], rows: int = 0, tags: list[str] = TAGS) -> Vocabulary:
    """With these words, and numbers up to so many rows."""
    pieces = [*SPECIAL, *tags, *words]
    return Vocabulary(
        Path("dict.SRC.json"), pieces + [str(number) for number in range(rows - len(pieces))], []
    )


ENGLISH, INDIC, UNCLEAR = (
    vocabulary(["the", "cat"]),
    vocabulary(["कि", "ता"]),
    vocabulary(["the", "cat", "कि"]),
)


@pytest.mark.parametrize(
    ("source", "target", "direction"),
    [
        (ENGLISH, INDIC, Route("en-indic", ["eng_Latn"], ["hin_Deva", "tam_Taml"])),
        (INDIC, ENGLISH, Route("indic-en", ["hin_Deva", "tam_Taml"], ["eng_Latn"])),
        (INDIC, INDIC, Route("indic-indic", ["hin_Deva", "tam_Taml"], ["hin_Deva", "tam_Taml"])),
    ],
)
def test_what_the_vocabularies_are_written_in_tells_it(
    source: Vocabulary, target: Vocabulary, direction: Route
) -> None:
    """Without a name that does."""
    assert direction == find_route(FOLDER, None, "some", source, target)


@pytest.mark.parametrize(
    ("rows", "direction"),
    [((32322, 122672), "en-indic"), ((122706, 32296), "indic-en"), ((122706, 122672), "indic-indic")],
)
def test_the_published_sizes_tell_it(rows: tuple[int, int], direction: Direction) -> None:
    """Whatever the pieces are."""
    source, target = (vocabulary([], count) for count in rows)

    assert direction == find_route(FOLDER, None, "some", source, target).direction


@pytest.mark.parametrize(
    ("folder", "given", "name", "direction"),
    [
        ("/m/x", None, "indictrans2-en-indic-dist-200M", "en-indic"),
        ("/m/x", None, "IndicTrans2-Indic-Indic-1B", "indic-indic"),
        ("/m/indic-en-preprint/ct2_int8_model", None, "ct2_int8_model", "indic-en"),
        ("/m/indic-en", None, "my-en-indic", "en-indic"),
        ("/m/indic-en", "en-indic", "indic-en", "en-indic"),
    ],
)
def test_a_name_tells_it_and_an_option_before_it(
    folder: str, given: Direction | None, name: str, direction: Direction
) -> None:
    """The new name, or the folder's with the one above it."""
    assert direction == find_route(Path(folder), given, name, UNCLEAR, UNCLEAR).direction


@pytest.mark.parametrize(
    ("given", "name", "source", "words"),
    [
        (
            "indic-en",
            "some",
            ENGLISH,
            "--direction says indic-en, but its vocabularies are written as those of en-indic",
        ),
        (None, "indic-indic-x", ENGLISH, "its name says indic-indic, but its vocabularies .* of en-indic"),
        ("en-indic", "en-indic", INDIC, "--direction says en-indic, but .* of indic-indic"),
    ],
)
def test_what_disagrees_is_refused(
    given: Direction | None, name: str, source: Vocabulary, words: str
) -> None:
    """A model under a wrong direction would answer nonsense."""
    with pytest.raises(UnusableCheckpointError, match=words):
        find_route(FOLDER, given, name, source, INDIC)


def test_a_card_tells_it_before_a_name() -> None:
    """And is named when it disagrees with the vocabularies."""
    assert "en-indic" == find_route(FOLDER, None, "indic-en", UNCLEAR, UNCLEAR, "en-indic").direction
    assert "indic-en" == find_route(FOLDER, "indic-en", "some", UNCLEAR, UNCLEAR, "en-indic").direction
    with pytest.raises(UnusableCheckpointError, match="its card says indic-en, but its vocabularies"):
        find_route(FOLDER, None, "some", ENGLISH, INDIC, "indic-en")


def test_published_sizes_of_another_direction_are_refused() -> None:
    """The message has both."""
    source, target = vocabulary([], 122706), vocabulary([], 32296)

    with pytest.raises(
        UnusableCheckpointError, match=r"says en-indic, but 122706 and 32296 pieces are .* indic-en"
    ):
        find_route(FOLDER, "en-indic", "some", source, target)


def test_nothing_is_guessed() -> None:
    """The person at the terminal is asked."""
    with pytest.raises(UnusableCheckpointError, match="tell the direction: give --direction"):
        find_route(FOLDER, None, "some", UNCLEAR, INDIC)


@pytest.mark.parametrize(
    ("tags", "words"),
    [(["hin_Deva"], "it lacks eng_Latn"), (["eng_Latn"], "it lacks the tags of Indic languages")],
)
def test_a_source_without_the_tags_is_refused(tags: list[str], words: str) -> None:
    """Without them no text could be sent."""
    with pytest.raises(UnusableCheckpointError, match=rf"dict\.SRC\.json: {words}"):
        find_route(FOLDER, "en-indic", "some", vocabulary(["the"], tags=tags), INDIC)
