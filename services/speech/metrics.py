"""What the speech service counts."""

from prometheus_client import Counter, Histogram

from meshkit.metrics import LATENCY_BUCKETS

_LABELS = ["engine", "language"]
_CHARACTERS = Counter("sutradhar_speech_characters_total", "Characters of text spoken.", _LABELS)
_AUDIO = Counter("sutradhar_speech_audio_seconds_total", "Seconds of audio made.", _LABELS)
_SYNTHESIS = Histogram(
    "sutradhar_speech_synthesis_seconds",
    "Time the engine took for a text, waiting for a free worker included.",
    _LABELS,
    buckets=LATENCY_BUCKETS,
)
WORKER_RESTARTS = Counter("sutradhar_speech_worker_restarts_total", "Workers that died while they spoke.")


def count(
    engine: str, language: str, characters: int, audio_seconds: float, synthesis_seconds: float
) -> None:
    """Count one spoken text."""
    _CHARACTERS.labels(engine, language).inc(characters)
    _AUDIO.labels(engine, language).inc(audio_seconds)
    _SYNTHESIS.labels(engine, language).observe(synthesis_seconds)
