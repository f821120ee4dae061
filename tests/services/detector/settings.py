"""How much the fuzz test does: for a long run by hand, FUZZ_FILES=20000 FUZZ_SEED=7."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from meshkit.settings import MeshSettings


class FuzzSettings(MeshSettings):
    """Environment names start with FUZZ_."""

    model_config = SettingsConfigDict(env_prefix="FUZZ_")

    # Broken pictures that are sent to the service.
    files: int = Field(default=2000, ge=200)
    # Another number makes other ones.
    seed: int = 1
