"""What the translator counts."""

from collections.abc import Iterable

from prometheus_client import Counter, Histogram

from meshkit.languages import Language
from meshkit.metrics import LATENCY_BUCKETS

_LABELS = ["source", "target"]
_KNOWN_DOUBTS = frozenset(
    ("UNKNOWN_WORDS", "LOW_SCORE", "LENGTH_RATIO", "REPETITION", "OTHER_SCRIPT", "NUMBERS")
)
_TEXTS = Counter("sutradhar_translator_texts_total", "Texts given to the model.", _LABELS)
_CHARACTERS = Counter("sutradhar_translator_characters_total", "Characters given to the model.", _LABELS)
_SECONDS = Histogram(
    "sutradhar_translator_inference_seconds",
    "Time that the model took for a batch, waiting for it included.",
    _LABELS,
    buckets=LATENCY_BUCKETS,
)
_FAILURES = Counter(
    "sutradhar_translator_text_errors_total",
    "Texts and pieces that failed alone, by reason; those to transliterate, too.",
    ["reason"],
)
_DOUBTS = Counter(
    "sutradhar_translator_doubts_total",
    "Reasons for doubt that the model gave of a translation; OTHER for those that are not in the contract.",
    ["reason"],
)
_CACHED = Counter(
    "sutradhar_translator_cache_total",
    "Different texts of a request that were looked up among the translations that are kept: hit or miss; and error, "
    "for each time that Redis did not answer.",
    ["outcome"],
)
_TERMS = Counter("sutradhar_translator_terms_total", "Occurrences of a glossary's terms.")
_TRANSLITERATED = Counter(
    "sutradhar_translator_transliterated_total", "Texts that were transliterated.", ["source", "target"]
)
_PROVIDER = Counter(
    "sutradhar_translator_provider_attempts_total",
    "Requests to the outside translator: ok, refused, failed or retried.",
    ["outcome"],
)
_DETECTED = Counter(
    "sutradhar_translator_detected_total",
    "Texts and documents whose language was asked for, or not given; empty for none of the 13.",
    ["language"],
)


def count_batch(source: Language, target: Language, texts: int, characters: int, seconds: float) -> None:
    """Count one batch that the model has answered."""
    _TEXTS.labels(source.code, target.code).inc(texts)
    _CHARACTERS.labels(source.code, target.code).inc(characters)
    _SECONDS.labels(source.code, target.code).observe(seconds)


def count_failure(reason: str) -> None:
    """Count one text that failed while its neighbours were translated."""
    _FAILURES.labels(reason).inc()


def count_doubts(reasons: Iterable[str]) -> None:
    """Count what speaks against one translation; a model of somebody else's cannot make ever new labels."""
    for reason in reasons:
        _DOUBTS.labels(reason if reason in _KNOWN_DOUBTS else "OTHER").inc()


def count_detected(language: Language | None) -> None:
    """Count one detected text."""
    _DETECTED.labels("" if language is None else language.code).inc()


def count_looked_up(hits: int, misses: int) -> None:
    """Count texts that were looked up."""
    _CACHED.labels("hit").inc(hits)
    _CACHED.labels("miss").inc(misses)


def count_cache_error() -> None:
    """Count one time that the cache was no help."""
    _CACHED.labels("error").inc()


def count_terms(number: int) -> None:
    """Count occurrences of terms in one text."""
    _TERMS.inc(number)


def count_transliterated(source: str, target: str) -> None:
    """Count one text that is in another script now."""
    _TRANSLITERATED.labels(source, target).inc()


def count_attempt(outcome: str) -> None:
    """Count one request to the outside translator."""
    _PROVIDER.labels(outcome).inc()
