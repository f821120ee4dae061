"""What installing a model reads from the environment."""

from pathlib import Path

from pydantic import Field

from meshkit.settings import ROOT, MeshSettings


class RepositorySettings(MeshSettings):
    """Where the model goes, and the Triton that may be told to load it."""

    models_dir: Path = Field(default=ROOT / "models", validation_alias="MODELS_DIR")
    triton_url: str = Field(default="127.0.0.1:8101", validation_alias="TRITON_URL")

    def folder(self, name: str) -> Path:
        """Where the model of this name is, or would be."""
        return self.models_dir / "triton" / name
