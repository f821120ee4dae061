"""A real studio and real photos; voices made of tones and pauses, as loud and as quiet as speech."""

import io
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from services.video.studio import Aspect, Box, Cue, RenderRequest, Studio
from services.video.studio.fonts import FontBook

ROOT = Path(__file__).parents[4]
FONTS = ROOT / "models" / "fonts"
PHOTOS = ROOT / "tests" / "testdata" / "photos"

# Where the animals are on the photos, measured by hand.
DOG, CAT, COW = (35, 25, 910, 735), (185, 105, 1022, 565), (230, 300, 930, 690)

MakeRequest = Callable[..., RenderRequest]


def make_voice(seconds: float, level: float = 0.3, rate: int = 22050) -> bytes:
    """A mono WAV of syllables: harmonics that swell and fade four times a second, with short pauses."""
    time = np.arange(round(seconds * rate)) / rate
    pitch = 2 * np.pi * 130 * time + 3 * np.sin(2 * np.pi * 0.7 * time)
    tone = sum(np.sin(number * pitch) / number for number in range(1, 12))
    swell = np.clip(np.sin(2 * np.pi * 2 * time) ** 2 * 1.3 - 0.15, 0, 1)
    return to_wav(np.asarray(tone * swell * level / 1.6), rate)


def to_wav(samples: np.ndarray, rate: int, channels: int = 1) -> bytes:
    """PCM16 from samples of −1 to 1."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return target.getvalue()


def make_cues(text: str, seconds: float) -> tuple[Cue, ...]:
    """The words of a text, each of the same length."""
    words = text.split()
    step = seconds / max(1, len(words))
    return tuple(Cue(number * step, (number + 1) * step, word) for number, word in enumerate(words))


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """A studio that works in tmp_path/work."""
    made = Studio(FONTS, tmp_path / "work", 2)
    yield made
    await made.close()


@pytest.fixture
def fonts() -> FontBook:
    """The real fonts."""
    return FontBook(FONTS)


@pytest.fixture
def request_of() -> MakeRequest:
    """Makes a request of one second about the dog, in landscape; keywords change it."""

    def make(
        *, text: str = "Hello dog", seconds: float = 1.0, animal: str = "dog", **changes: object
    ) -> RenderRequest:
        values: dict[str, object] = {
            "photo": (PHOTOS / f"{animal}.webp").read_bytes(),
            "boxes": (Box(*{"dog": DOG, "cat": CAT, "cow": COW}[animal], animal, 0.9),),
            "audio_wav": make_voice(seconds),
            "cues": make_cues(text, seconds),
            "language": "en",
            "aspect": Aspect.LANDSCAPE,
        }
        return RenderRequest(**{**values, **changes})  # type: ignore[arg-type]

    return make
