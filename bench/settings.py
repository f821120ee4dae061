"""Where the measured mesh is; the flags of a measurement go before these."""

from pydantic import Field

from meshkit.settings import MeshSettings


class BenchSettings(MeshSettings):
    """The names are those that the mesh's own processes read."""

    gateway_url: str = Field(default="http://127.0.0.1:8000", validation_alias="GATEWAY_URL")
    detector_target: str = Field(default="127.0.0.1:50051", validation_alias="DETECTOR_TARGET")
    triton_url: str = Field(default="127.0.0.1:8101", validation_alias="TRITON_URL")
    # A key of GATEWAY_API_KEYS; empty: none is sent.
    api_key: str = Field(default="", validation_alias="BENCH_API_KEY")
