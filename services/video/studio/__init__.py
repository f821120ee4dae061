"""The built-in video engine: a photo, a voice and its cues become a narrated, subtitled MP4."""

from services.video.studio.filters import FILTERS, Filter, find_filter
from services.video.studio.render import Studio
from services.video.studio.spec import Aspect, Box, Cue, RenderRequest, RenderResult

__all__ = [
    "FILTERS",
    "Aspect",
    "Box",
    "Cue",
    "Filter",
    "RenderRequest",
    "RenderResult",
    "Studio",
    "find_filter",
]
