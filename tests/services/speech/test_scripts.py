"""Which voice speaks which script."""

import pytest

from services.speech.scripts import voice_runs
from services.speech.spoken import spoken


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("hi", "नमस्ते hello தமிழ்", [("hi", "नमस्ते hello தமிழ்")]),
        ("hi", "यह తెలుగు है", [("hi", "यह "), ("te", "తెలుగు "), ("hi", "है")]),
        ("te", "తెలుగు word", [("te", "తెలుగు word")]),
        ("en", "say میرا کتا 12 times", [("en", "say "), ("ur", "میرا کتا "), ("en", "12 times")]),
        ("or", "ଓଡ଼ିଆ привет", [("or", "ଓଡ଼ିଆ "), ("ru", "привет")]),
        ("en", "hello ខ្មែរ", [("en", "hello ")]),
        ("en", "ខ្មែរ", []),
    ],
)
def test_runs(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    """Only scripts that the language's voice would spell get a voice of their own; unknown scripts are left out."""
    runs = voice_runs(spoken(text, language), language)

    assert expected == [(voice, run.text) for voice, run in runs]


def test_runs_keep_their_origins() -> None:
    """A run knows where its characters stood in the caller's text."""
    text = "🐶 यह తెలుగు है"
    runs = list(voice_runs(spoken(text, "hi"), "hi"))

    assert text.index("త") == runs[1][1].origins[0]
