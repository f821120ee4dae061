"""The translator service's settings, read from the environment."""

from typing import Literal

from pydantic import AliasChoices, Field, HttpUrl, TypeAdapter, ValidationError, field_validator
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
    # Documents at once; they have slots of their own, for they take minutes and their readers may be slow.
    max_documents: int = Field(default=32, ge=1)
    # Texts and characters of one batch at most: a few seconds on two cores. Each is kept when it is done, so that
    # little is lost when a call ends early. A graphics card may like larger ones.
    batch_texts: int = Field(default=32, ge=1, le=256)
    batch_characters: int = Field(default=2_000, ge=1)
    # Batches of one request that are at the model at once: one computes while the next one travels.
    batches_at_once: int = Field(default=2, ge=1, le=64)
    # Batches of all requests together: so few that each is answered in time, even on two cores. More wait here, and
    # those of a sentence or two are not counted.
    batches_in_all: int = Field(default=8, ge=1)
    # For how many seconds a batch of texts, or a piece of a document, is offered again to a model whose queue is
    # full, when the caller's deadline leaves as many. A document has run for minutes and is worth the patience.
    queue_seconds: float = Field(default=10.0, ge=0)
    document_queue_seconds: float = Field(default=120.0, ge=0)
    # Pieces of one document that are at the model at once: Triton joins them into batches.
    pieces_at_once: int = Field(default=16, ge=1, le=256)
    # Pieces of all documents together: so few that they never fill the model's queue by themselves.
    pieces_in_all: int = Field(default=32, ge=1)
    # Characters of a document's piece at most: 160 tokens of IndicTrans2, which are some 2 characters each at the
    # least.
    piece_characters: int = Field(default=320, ge=50, le=2000)
    # Translations are kept in this Redis; the mesh's own by default. Without one nothing is kept.
    redis_url: str = Field(
        default="redis://127.0.0.1:6380/0", validation_alias=AliasChoices("TRANSLATOR_REDIS_URL", "REDIS_URL")
    )
    cache: bool = Field(default=True, validation_alias=AliasChoices("TRANSLATOR_CACHE", "USE_REDIS"))
    cache_ttl_seconds: int = Field(default=86_400, ge=1)
    # What Redis may take for an answer; without one in time the model is asked.
    cache_timeout_seconds: float = Field(default=0.1, gt=0)
    # A translation of more bytes is not kept.
    cache_value_bytes: int = Field(default=8_192, ge=1)
    # Translations kept at most; newer ones take the places of older ones.
    cache_slots: int = Field(default=16_384, ge=1)
    # Connections to Redis at most.
    cache_connections: int = Field(default=16, ge=1)
    # An outside translator that speaks HTTP, asked instead of Triton where its address is given.
    ai4bharat_base_url: str = Field(default="", validation_alias="AI4BHARAT_BASE_URL")
    ai4bharat_translate_path: str = Field(
        default="/translate", validation_alias="AI4BHARAT_TRANSLATE_PATH", pattern="^/"
    )
    # `mock` keeps to the model on Triton even where an outside translator's address is given. Nothing is ever made up.
    indictrans_mode: Literal["mock", "full"] = Field(default="full", validation_alias="INDICTRANS_MODE")
    # Seconds for one try of the outside translator, when the caller's deadline leaves as many.
    provider_seconds: float = Field(default=10.0, gt=0)
    # Requests to the outside translator at once, those of all callers together.
    provider_requests: int = Field(default=8, ge=1)
    # Tries after the first, and the factor between the waits, of which the first is `retry_base_seconds`.
    max_retries: int = Field(
        default=3, ge=0, le=10, validation_alias=AliasChoices("TRANSLATOR_MAX_RETRIES", "MAX_RETRIES")
    )
    retry_backoff_factor: float = Field(
        default=1.5,
        ge=1,
        le=10,
        validation_alias=AliasChoices("TRANSLATOR_RETRY_BACKOFF_FACTOR", "RETRY_BACKOFF_FACTOR"),
    )
    retry_base_seconds: float = Field(default=0.5, gt=0)
    # A probe translates a word when a model is installed, behind whatever its queue holds.
    probe_interval_seconds: float = Field(default=15.0, gt=0)
    probe_timeout_seconds: float = Field(default=15.0, gt=0)

    @property
    def provider_url(self) -> str:
        """Where the outside translator takes texts; empty where the model on Triton is to be asked."""
        if not self.ai4bharat_base_url or self.indictrans_mode == "mock":
            return ""
        return self.ai4bharat_base_url.rstrip("/") + self.ai4bharat_translate_path

    @field_validator("ai4bharat_base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value:
            try:
                TypeAdapter(HttpUrl).validate_python(value)
            except ValidationError:
                raise ValueError("an address such as http://host:5000 is wanted") from None
        return value
