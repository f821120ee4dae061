"""The three looks a caller can ask for, by the ids that clients already use."""

from dataclasses import dataclass
from typing import Final

from meshkit.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Filter:
    """One look: its id on the wire, its name and its description."""

    id: str
    name: str
    description: str


DESI_FIRE: Final = "desi-fire"
PET_MAHARAJA: Final = "pet-maharaja"
BOLLYWOOD_BURN: Final = "bollywood-burn"

FILTERS: Final[tuple[Filter, ...]] = (
    Filter(DESI_FIRE, "Desi Fire", "Adds spicy overlays and glow effects for dramatic roasts."),
    Filter(PET_MAHARAJA, "Pet Maharaja", "Turns pets into regal royalty with ornate accessories."),
    Filter(BOLLYWOOD_BURN, "Bollywood Burn", "Provides cinematic lighting and spark particles."),
)


def find_filter(filter_id: str) -> Filter | None:
    """Find a look by its exact id."""
    return next((each for each in FILTERS if each.id == filter_id), None)


def require_filter(filter_id: str | None) -> str | None:
    """Answer the id, or None where no look is wanted; raise InvalidInput for an unknown one."""
    if not filter_id:
        return None
    if find_filter(filter_id) is None:
        known = ", ".join(each.id for each in FILTERS)
        raise InvalidInput(
            f"filter_id: no such filter; the filters are {known}.", field="filter_id", reason="UNKNOWN_FILTER"
        )
    return filter_id
