"""The speech service's settings, read from the environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from meshkit.settings import ServerSettings


class SpeechSettings(ServerSettings):
    """Environment names start with SPEECH_, but for those that the whole mesh shares."""

    model_config = SettingsConfigDict(env_prefix="SPEECH_")

    port: int = Field(default=50053, ge=0, le=65535)
    metrics_port: int = Field(default=9153, ge=0, le=65535)
    # Processes that each own one espeak-ng, 17 MB and more after long texts; more than there are cores gain nothing.
    workers: int = Field(default=2, ge=1, le=64)
    # Texts spoken or waiting for a worker; more are refused with RESOURCE_EXHAUSTED. A sentence takes some 5 ms of a
    # worker, so that the last in the queue waits well under a second.
    max_texts: int = Field(default=64, ge=1)
    # Seconds a text may take in a worker before its process is killed; the worst measured, 2,000 characters that change
    # script at every letter, took 4 s.
    timeout_seconds: float = Field(default=15.0, gt=0)
    # A text that takes longer than this to speak is refused: 2,000 digits at half speed take 8 minutes, 25 MB of WAV.
    max_audio_seconds: float = Field(default=600.0, gt=0)
