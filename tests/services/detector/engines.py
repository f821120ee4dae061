"""Small engines for the tests that need no network: they see colours instead of animals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import imageio_ffmpeg

from meshkit.errors import BackendUnavailable
from meshkit.limits import ConcurrencyLimiter
from services.detector.clips import ClipSampler
from services.detector.decoder import Decoder
from services.detector.detector import Candidate, Detector, Engine, Limits, Model
from services.detector.pictures import Frame

MODEL = Model("colours", 32, 48, ("person", "dog", "cat"))


class ColourEngine:
    """Finds a dog where the middle of the frame is red, a cat where it is blue and else a person."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Semaphore(0)  # one up for each inference begun
        self.left = asyncio.Semaphore(0)  # and for each ended
        self.waiting = 0
        self.most_waiting = 0
        self.away = False

    async def model(self) -> Model:
        return MODEL

    async def find(self, frame: Frame) -> list[Candidate]:
        if self.away:
            raise BackendUnavailable("The model colours is away.")
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        self.entered.release()
        try:
            await self.gate.wait()
        finally:
            self.waiting -= 1
            self.left.release()
        red, _, blue = frame[MODEL.height // 2, MODEL.width // 2].tolist()
        label = "dog" if red > 200 and blue < 50 else "cat" if blue > 200 and red < 50 else "person"
        return [Candidate(label, 0.75, (0.0, 0.0, 1.0, 1.0))]


@asynccontextmanager
async def detector(
    engine: Engine, pictures: int = 4, batches: int = 1, clips: int = 1
) -> AsyncIterator[Detector]:
    """A Detector with small limits around an engine."""
    decoder = Decoder(threads=2, pixels=4_000_000)
    sampler = ClipSampler(imageio_ffmpeg.get_ffmpeg_exe(), seconds=60, patience=20)
    limits = Limits(
        ConcurrencyLimiter(pictures, "picture detector"),
        ConcurrencyLimiter(batches, "batch detector"),
        ConcurrencyLimiter(clips, "clip detector"),
        batch_window=3,
    )
    try:
        yield Detector(engine, decoder, sampler, limits)
    finally:
        await decoder.close()
