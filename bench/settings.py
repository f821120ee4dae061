"""What is measured; the flags of a measurement go before these."""

from pathlib import Path

from pydantic import Field

from meshkit.settings import MeshSettings


class BenchSettings(MeshSettings):
    """What the measurements have in common."""

    # The folder of a mesh that runs on this machine, such as var. None: one is started for the measurement.
    mesh: Path | None = Field(default=None, validation_alias="BENCH_MESH")
    # A key of GATEWAY_API_KEYS; empty: none is sent.
    api_key: str = Field(default="", validation_alias="BENCH_API_KEY")

    @property
    def headers(self) -> dict[str, str]:
        """What every request to the gateway carries."""
        return {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
