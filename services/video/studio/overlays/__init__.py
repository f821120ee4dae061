"""The looks, drawn by us: each dresses the stage once and draws on every frame."""

from services.video.studio.filters import BOLLYWOOD_BURN, DESI_FIRE, PET_MAHARAJA
from services.video.studio.overlays.base import Overlay, Plain
from services.video.studio.overlays.bollywood import BollywoodBurn
from services.video.studio.overlays.fire import DesiFire
from services.video.studio.overlays.maharaja import PetMaharaja

__all__ = ["Overlay", "build_overlay"]


def build_overlay(filter_id: str | None, size: tuple[int, int]) -> Overlay:
    """The overlay of a known look for a video of `size`, or one that leaves the picture as it is."""
    match filter_id:
        case None:
            return Plain()
        case _ if filter_id == DESI_FIRE:
            return DesiFire(size)
        case _ if filter_id == PET_MAHARAJA:
            return PetMaharaja(size)
        case _ if filter_id == BOLLYWOOD_BURN:
            return BollywoodBurn(size)
    raise ValueError(f"no overlay for {filter_id!r}")
