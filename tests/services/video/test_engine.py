"""services/video/engine.py: what the built-in engine is given, and the names callers use."""

from pathlib import Path

import pytest
from PIL import Image

from meshkit.errors import InvalidInput
from meshkit.settings import ROOT
from services.video.engine import Scene, StudioEngine, list_filters, require_filter, require_provider
from services.video.jobs import Aspect, Pet
from services.video.media import TimedText, Timings
from services.video.studio import Studio
from tests.services.video.neighbours import hum

FONTS = ROOT / "models" / "fonts"


@pytest.mark.skipif(not FONTS.is_dir(), reason="the fonts are not fetched: run `make models`")
async def test_the_studio_renders_a_scene(tmp_path: Path) -> None:
    """The file has the length of the narration and the asked shape, and progress reaches the end."""
    Image.new("RGB", (320, 240), "teal").save(tmp_path / "photo.png")
    words = (TimedText("नमस्ते ", 0.0, 0.5),)
    scene = Scene(
        (tmp_path / "photo.png").read_bytes(), (Pet("dog", 0.9, 20, 20, 200, 180),), hum(0.5),
        Timings(0.5, words, words), "hi", Aspect.LANDSCAPE, "desi-fire",
    )  # fmt: skip
    parts: list[float] = []

    async def progress(part: float) -> None:
        parts.append(part)

    engine = StudioEngine(Studio(FONTS, tmp_path / "work"))
    made = await engine.render(scene, tmp_path / "video.mp4", progress)
    await engine.close()

    assert (1280, 720) == (made.width, made.height)
    assert abs(made.duration - 0.5) <= 0.2
    assert (tmp_path / "video.mp4").stat().st_size == made.size_bytes
    assert sorted(parts) == parts
    assert parts[-1] == pytest.approx(1.0)


def test_names_are_checked() -> None:
    """Nothing means the default; an unknown name names its field."""
    assert "studio" == require_provider("") == require_provider("studio")
    assert ["", *(each.filter_id for each in list_filters())] == [
        require_filter(name) for name in ("", "desi-fire", "pet-maharaja", "bollywood-burn")
    ]
    for call, field in ((require_provider, "options.provider"), (require_filter, "options.filter_id")):
        with pytest.raises(InvalidInput) as refusal:
            call("unknown")
        assert field == refusal.value.field
