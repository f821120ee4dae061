"""The stages of a video; each may run again without harm, and gives a sentence and the fields of Job to keep."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from meshkit.errors import InvalidInput, NotFound
from services.video.admission import NO_PETS_MESSAGE
from services.video.engine import Engines, Scene, require_provider
from services.video.jobs import Stage, VideoResult
from services.video.media import (
    MAX_NARRATION_BYTES,
    MAX_PHOTO_BYTES,
    MAX_TIMINGS_BYTES,
    NARRATION,
    SUBTITLES,
    TIMINGS,
    VIDEO,
    timings_from_json,
    timings_to_json,
    web_vtt,
)
from services.video.neighbours import Detector, Speaker, Translator
from services.video.run import Run


class StageResult(NamedTuple):
    """What a stage gave."""

    message: str
    changes: Mapping[str, object]


StageFunction = Callable[[Run], Awaitable[StageResult]]


class Stages:
    """The work itself, by calls to the neighbours and the engines."""

    def __init__(
        self, detector: Detector, translator: Translator, speaker: Speaker, engines: Engines
    ) -> None:
        self._detector = detector
        self._translator = translator
        self._speaker = speaker
        self._engines = engines
        self.in_order: tuple[tuple[Stage, StageFunction], ...] = (
            (Stage.DETECT, self.detect),
            (Stage.TRANSLATE, self.translate),
            (Stage.SPEAK, self.speak),
            (Stage.RENDER, self.render),
            (Stage.PUBLISH, self.publish),
        )

    async def detect(self, run: Run) -> StageResult:
        """Find the pets again, when the record has lost them."""
        pets = await self._detector.pets(await run.read(run.job.photo, MAX_PHOTO_BYTES))
        if not pets:
            raise InvalidInput(NO_PETS_MESSAGE, field="image", reason="NO_PETS_DETECTED")
        return StageResult(f"Found {len(pets)} in the photo.", {"pets": pets})

    async def translate(self, run: Run) -> StageResult:
        """Put the text into the narration's language, unless it is in it already."""
        job = run.job
        source, target = job.source_language, job.narration_language
        if source == target:
            return StageResult(
                f"No translation is needed: the text is in {target}.", {"narration": job.options.text}
            )
        await run.advance(Stage.TRANSLATE, 0.2, f"Translating from {source} to {target}.")
        narration, translated = await self._translator.translate(job.options.text, source, target)
        doubt = ", with doubts" if translated.doubts else ""
        return StageResult(
            f"Translated from {source} to {target}{doubt}.",
            {"narration": narration, "translation": translated},
        )

    async def speak(self, run: Run) -> StageResult:
        """Have the narration spoken, and keep the sound and when each word is heard."""
        job = run.job
        speech = await self._speaker.speak(job.narration, job.narration_language, job.options.voice_gender)
        seconds = speech.timings.duration
        await run.advance(Stage.SPEAK, 0.6, f"Spoken in {seconds:.1f} s by {speech.voice or 'the narrator'}.")
        sound = await run.keep(NARRATION, speech.audio)
        timings = await run.keep(TIMINGS, timings_to_json(speech.timings))
        return StageResult("The narration is ready.", {"assets": run.assets_with(sound, timings)})

    async def render(self, run: Run) -> StageResult:
        """Have the engine make the video, and keep it."""
        job = run.job
        scene = Scene(
            photo=await run.read(job.photo, MAX_PHOTO_BYTES),
            pets=job.pets,
            narration=await run.read(NARRATION, MAX_NARRATION_BYTES),
            timings=timings_from_json(await run.read(TIMINGS, MAX_TIMINGS_BYTES)),
            language=job.narration_language,
            aspect=job.options.aspect,
            filter_id=job.options.filter_id,
        )

        async def progress(part: float) -> None:
            await run.tick(Stage.RENDER, part * 0.95, f"Rendering, {part:.0%} done.")

        target = run.folder / VIDEO
        made = await self._engines[require_provider(job.options.provider)].render(scene, target, progress)
        await run.advance(Stage.RENDER, 0.97, "Storing the video.")
        video = await run.keep(VIDEO, target)
        result = VideoResult(VIDEO, "", made.duration, made.width, made.height, made.size_bytes)
        return StageResult("The video is rendered.", {"assets": run.assets_with(video), "result": result})

    async def publish(self, run: Run) -> StageResult:
        """See that the whole video lies in the store, and add its subtitles as a file."""
        result = run.job.result
        if result is None or await run.stored_size(VIDEO) != result.size_bytes:
            raise NotFound("The rendered video is not in the store any more.", reason="ARTIFACT_LOST")
        await run.advance(Stage.PUBLISH, 0.4, "The video is in the store.")
        timings = timings_from_json(await run.read(TIMINGS, MAX_TIMINGS_BYTES))
        subtitles = await run.keep(SUBTITLES, web_vtt(timings.phrases).encode())
        return StageResult(
            "The video and its subtitles are published.", {"assets": run.assets_with(subtitles)}
        )
