"""Which engine the environment asks for, and what it may not say."""

import pytest

from meshkit.settings import EX_CONFIG, load
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
    ("name", "value", "said"),
    [
        ("AI4BHARAT_BASE_URL", "localhost:5000", "AI4BHARAT_BASE_URL: "),
        ("AI4BHARAT_BASE_URL", "file:///etc", "AI4BHARAT_BASE_URL: "),
        ("AI4BHARAT_TRANSLATE_PATH", "translate", "AI4BHARAT_TRANSLATE_PATH: "),
        ("INDICTRANS_MODE", "half", "INDICTRANS_MODE: "),
        ("MAX_RETRIES", "-1", "MAX_RETRIES: "),
        ("RETRY_BACKOFF_FACTOR", "0.5", "RETRY_BACKOFF_FACTOR: "),
        ("TRANSLATOR_CACHE_TTL_SECONDS", "0", "cache_ttl_seconds: "),
    ],
)
def test_nonsense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, said: str
) -> None:
    """The process does not start with it, and says which variable is wrong."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as ended:
        load(TranslatorSettings)

    assert EX_CONFIG == ended.value.code
    assert said in capsys.readouterr().err


def test_the_shared_names_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the whole mesh, and before them the service's own."""
    for name, value in (("REDIS_URL", "redis://r:1/0"), ("USE_REDIS", "false"), ("MAX_RETRIES", "5")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TRANSLATOR_MAX_RETRIES", "1")

    settings = TranslatorSettings()

    assert ("redis://r:1/0", False, 1) == (settings.redis_url, settings.cache, settings.max_retries)
