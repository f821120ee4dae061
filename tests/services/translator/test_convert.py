"""Messages to domain and back."""

import pytest

from meshkit.errors import InvalidInput
from meshkit.languages import LANGUAGES
from services.translator import convert
from services.translator.detection import Detected
from services.translator.directions import Directions, parse_networks
from services.translator.texts import Failure, ModelCard, Options, Outcome, Translation, Trust
from sutradhar.translator.v1 import translator_pb2 as pb

ENGLISH, HINDI = LANGUAGES[:2]


@pytest.mark.parametrize("name", ["", " ", "auto", "AUTO"])
def test_no_source_means_detection(name: str) -> None:
    """Nothing and `auto` are the same."""
    assert convert.to_source(name) is None


@pytest.mark.parametrize("name", ["", "auto", "fr"])
def test_a_target_must_be_a_language(name: str) -> None:
    """A target cannot be detected."""
    with pytest.raises(InvalidInput) as caught:
        convert.to_target(name)

    assert ("target_language", "UNKNOWN_LANGUAGE") == (caught.value.field, caught.value.reason)


def test_options_that_are_not_given_stay_the_models() -> None:
    """Presence counts, not the number."""
    assert Options() == convert.to_options(pb.TranslateRequest())
    assert Options(5, 7) == convert.to_options(pb.TranslateRequest(beam_size=5, max_length=7))


def test_an_outcome_is_a_translation_or_an_error() -> None:
    """A missing score is missing, not 0."""
    good = convert.from_outcome(Translation("नमस्ते", ENGLISH, HINDI))
    scored = convert.from_outcome(Translation("नमस्ते", ENGLISH, HINDI, 0.0))
    bad = convert.from_outcome(Failure("EMPTY_TEXT", "The text is empty."))

    assert ("नमस्ते", "en", "hi") == (
        good.translation.text,
        good.translation.source_language,
        good.translation.target_language,
    )
    assert (False, True) == (good.translation.HasField("score"), scored.translation.HasField("score"))
    assert ("error", "EMPTY_TEXT") == (bad.WhichOneof("outcome"), bad.error.reason)


def test_how_far_to_trust_a_translation_is_told() -> None:
    """Doubts make it low; a confidence that is not known is not 0."""
    doubted = convert.from_outcome(
        Translation("नमस्ते", ENGLISH, HINDI, trust=Trust(0.25, ("LOW_SCORE", "REPETITION")))
    ).translation
    unknown = convert.from_outcome(Translation("नमस्ते", ENGLISH, HINDI)).translation

    assert (0.25, True, ["LOW_SCORE", "REPETITION"]) == (
        doubted.confidence,
        doubted.low_confidence,
        list(doubted.doubts),
    )
    assert (False, False, []) == (
        unknown.HasField("confidence"),
        unknown.low_confidence,
        list(unknown.doubts),
    )


def test_an_answer_names_the_networks_that_made_it() -> None:
    """Those of the pairs that were translated; without a list the model itself."""
    made = (Translation("a", ENGLISH, HINDI), Translation("b", HINDI, HINDI))
    outcomes: list[Outcome] = [*made, Failure("EMPTY_TEXT", "")]
    networks = parse_networks("en-indic small demo,indic-en large")
    cards = [ModelCard("translator", 1, Directions.parse(""), networks=each) for each in (networks, ())]
    small, whole = (convert.from_outcomes(outcomes, card) for card in cards)
    none = convert.from_outcomes(outcomes[1:], None)

    assert ("small", "demo", "triton") == (small.model, small.quality, small.engine)
    assert ("translator", "") == (whole.model, whole.quality)
    assert ("", "", "") == (none.model, none.quality, none.engine)


def test_no_language_is_an_empty_one() -> None:
    """The script is said all the same."""
    (found,) = convert.from_detected([Detected(None, "Cyrl", 0.0)]).results

    assert ("", "Cyrl", 0.0) == (found.language, found.script, found.confidence)
