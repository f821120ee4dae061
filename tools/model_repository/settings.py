"""What installing a model reads from the environment."""

from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from meshkit.settings import ROOT, MeshSettings
from tools.mesh.ports import DEFAULTS


def _mesh_triton(data: dict[str, Any]) -> str:
    port = data.get("triton_grpc_port") or DEFAULTS["TRITON_GRPC_PORT"] + data.get("port_offset", 0)
    return f"127.0.0.1:{port}"


class RepositorySettings(MeshSettings):
    """Where the model goes, and the Triton that may be told to load it."""

    models_dir: Path = Field(default=ROOT / "models", validation_alias="MODELS_DIR")
    # Both as for `make run`: they tell where its Triton is when TRITON_URL does not.
    port_offset: int = Field(default=0, validation_alias="PORT_OFFSET")
    triton_grpc_port: int = Field(default=0, ge=0, le=65535, validation_alias="TRITON_GRPC_PORT")
    triton_url: str = Field(default_factory=_mesh_triton, validation_alias="TRITON_URL")

    @field_validator("models_dir")
    @classmethod
    def _resolve(cls, folder: Path) -> Path:
        """The processes that it is told to work elsewhere."""
        return folder.resolve()

    def folder(self, name: str) -> Path:
        """Where the model of this name is, or would be."""
        return self.models_dir / "triton" / name
