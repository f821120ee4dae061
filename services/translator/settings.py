"""The translator service's settings, read from the environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from meshkit.settings import ServerSettings


class TranslatorSettings(ServerSettings):
    """Environment names start with TRANSLATOR_, but for those that the whole mesh shares."""

    model_config = SettingsConfigDict(env_prefix="TRANSLATOR_")

    port: int = Field(default=50052, ge=0, le=65535)
    metrics_port: int = Field(default=9152, ge=0, le=65535)
    # Triton's gRPC endpoint, host:port.
    triton_url: str = Field(default="127.0.0.1:8101", validation_alias="TRITON_URL")
    # The model's name on Triton; any model of the contract in this service's README will do.
    model: str = "translator"
    # Seconds that one batch may take, when the caller's deadline leaves as many: on two cores a large model
    # takes a second a sentence.
    infer_seconds: float = Field(default=30.0, gt=0)
    # Translating calls at once; more are refused with RESOURCE_EXHAUSTED.
    max_requests: int = Field(default=32, ge=1)
    # Batches of one request that are at the model at once: one computes while the next one travels.
    batches_at_once: int = Field(default=2, ge=1, le=64)
    # Pieces of one document that are at the model at once: Triton joins them into batches.
    pieces_at_once: int = Field(default=16, ge=1, le=256)
    # Characters of a document's piece at most; IndicTrans2 takes 256 tokens, some 2 characters each at the
    # least.
    piece_characters: int = Field(default=400, ge=50, le=2000)
    # A probe translates a word when a model is installed, behind whatever its queue holds.
    probe_interval_seconds: float = Field(default=15.0, gt=0)
    probe_timeout_seconds: float = Field(default=15.0, gt=0)
