"""Which engine the environment asks for, and what it may not say."""

import pytest
from pydantic import ValidationError

from services.translator.settings import TranslatorSettings

BASE = {"AI4BHARAT_BASE_URL": "http://localhost:5000/"}


@pytest.mark.parametrize(
    ("names", "url"),
    [
        ({}, ""),
        (BASE, "http://localhost:5000/translate"),
        (BASE | {"INDICTRANS_MODE": "full"}, "http://localhost:5000/translate"),
        (BASE | {"INDICTRANS_MODE": "mock"}, ""),
        ({"INDICTRANS_MODE": "full"}, ""),
        (BASE | {"AI4BHARAT_TRANSLATE_PATH": "/v2/text"}, "http://localhost:5000/v2/text"),
    ],
)
def test_an_address_alone_makes_the_outside_translator(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str], url: str
) -> None:
    """`mock` keeps to the model on Triton; the path has a default."""
    for name in ("AI4BHARAT_BASE_URL", "AI4BHARAT_TRANSLATE_PATH", "INDICTRANS_MODE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)

    assert url == TranslatorSettings().provider_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AI4BHARAT_BASE_URL", "localhost:5000"),
        ("AI4BHARAT_BASE_URL", "file:///etc"),
        ("INDICTRANS_MODE", "half"),
        ("MAX_RETRIES", "-1"),
        ("RETRY_BACKOFF_FACTOR", "0.5"),
        ("TRANSLATOR_CACHE_TTL_SECONDS", "0"),
    ],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The process does not start with it."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError):
        TranslatorSettings()


def test_the_shared_names_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the whole mesh, and before them the service's own."""
    for name, value in (("REDIS_URL", "redis://r:1/0"), ("USE_REDIS", "false"), ("MAX_RETRIES", "5")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TRANSLATOR_MAX_RETRIES", "1")

    settings = TranslatorSettings()

    assert ("redis://r:1/0", False, 1) == (settings.redis_url, settings.cache, settings.max_retries)
