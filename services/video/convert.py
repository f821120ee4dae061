"""Protobuf messages to domain values, and back."""

from collections.abc import Mapping, Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from meshkit.artifacts import ArtifactStore
from meshkit.errors import InvalidInput
from services.video.admission import NewVideo
from services.video.catalog import Page
from services.video.engine import Filter
from services.video.jobs import (
    Aspect,
    Asset,
    Job,
    JobEvent,
    JobState,
    Pet,
    Stage,
    Translated,
    VideoOptions,
    VoiceGender,
    asset_key,
)
from services.video.media import video_link
from services.video.video import QueueStatus
from sutradhar.common.v1 import common_pb2
from sutradhar.video.v1 import video_pb2

STATES = {
    JobState.QUEUED: video_pb2.JOB_STATE_QUEUED,
    JobState.PROCESSING: video_pb2.JOB_STATE_PROCESSING,
    JobState.COMPLETED: video_pb2.JOB_STATE_COMPLETED,
    JobState.FAILED: video_pb2.JOB_STATE_FAILED,
    JobState.CANCELLED: video_pb2.JOB_STATE_CANCELLED,
}
STAGES = {
    None: video_pb2.STAGE_UNSPECIFIED,
    Stage.DETECT: video_pb2.STAGE_DETECT,
    Stage.TRANSLATE: video_pb2.STAGE_TRANSLATE,
    Stage.SPEAK: video_pb2.STAGE_SPEAK,
    Stage.RENDER: video_pb2.STAGE_RENDER,
    Stage.PUBLISH: video_pb2.STAGE_PUBLISH,
}
ASPECTS = {Aspect.PORTRAIT: video_pb2.ASPECT_PORTRAIT, Aspect.LANDSCAPE: video_pb2.ASPECT_LANDSCAPE}
VOICES = {
    VoiceGender.ANY: video_pb2.VOICE_GENDER_UNSPECIFIED,
    VoiceGender.FEMALE: video_pb2.VOICE_GENDER_FEMALE,
    VoiceGender.MALE: video_pb2.VOICE_GENDER_MALE,
}
_STATES_BACK: Mapping[int, JobState] = {value: key for key, value in STATES.items()}
_ASPECTS_BACK: Mapping[int, Aspect] = {value: key for key, value in ASPECTS.items()}
_VOICES_BACK: Mapping[int, VoiceGender] = {value: key for key, value in VOICES.items()}


def new_video(request: video_pb2.CreateVideoRequest) -> NewVideo:
    """Return what is asked for; a picture by address raises InvalidInput: only the gateway follows addresses."""
    if request.image.WhichOneof("source") == "uri":
        raise InvalidInput("image.uri: this service takes the picture's bytes only.", field="image.uri")
    return NewVideo(
        photo=request.image.data,
        clip=request.clip,
        options=_options(request.options),
        webhook_url=request.webhook_url.strip(),
        request_id=request.request_id,
        labels=dict(request.labels),
    )


def state_or_none(state: int) -> JobState | None:
    """Return the state, or None where it is unspecified."""
    return _STATES_BACK.get(state)


def state_of(state: int) -> JobState:
    """Return the state; raises InvalidInput for the unspecified one."""
    found = _STATES_BACK.get(state)
    if found is None:
        raise InvalidInput("state: a state is needed.", field="state")
    return found


async def job_message(job: Job, artifacts: ArtifactStore) -> video_pb2.Job:
    """Return a job with fresh links to its files."""
    message = video_pb2.Job(
        job_id=job.job_id,
        state=STATES[job.state],
        stage=STAGES[job.stage],
        progress_percent=job.progress,
        detail=job.detail,
        options=_options_message(job.options),
        source_language=job.source_language,
        narration=job.narration,
        narration_language=job.narration_language,
        pets=[_pet_message(pet) for pet in job.pets],
        assets=[await _asset_message(job, asset, artifacts) for asset in job.assets],
        webhook_url=job.webhook_url,
        labels=dict(job.labels),
        create_time=_timestamp(job.created),
        start_time=_timestamp(job.started),
        update_time=_timestamp(job.updated),
        end_time=_timestamp(job.ended),
        attempt=job.attempt,
    )
    if job.translation is not None:
        message.translation.MergeFrom(_translation_message(job.translation))
    if job.state is JobState.COMPLETED:
        message.result.MergeFrom(await _result_message(job, artifacts))
    if job.error is not None:
        message.error.reason, message.error.message = job.error.reason, job.error.message
        message.error.stage = STAGES[job.error.stage]
    return message


async def page_message(page: Page, artifacts: ArtifactStore) -> video_pb2.ListVideosResponse:
    """Return a page of jobs."""
    jobs = [await job_message(job, artifacts) for job in page.jobs]
    return video_pb2.ListVideosResponse(jobs=jobs, next_page_token=page.next_token, total_size=page.total)


def event_message(event: JobEvent) -> video_pb2.JobEvent:
    """Return a line of a job's log."""
    return video_pb2.JobEvent(
        event_id=event.event_id,
        time=_timestamp(event.time),
        state=STATES[event.state],
        stage=STAGES[event.stage],
        progress_percent=event.progress,
        message=event.message,
    )


def filters_message(filters: Sequence[Filter]) -> video_pb2.ListFiltersResponse:
    """Return the overlays."""
    found = [
        video_pb2.Filter(filter_id=each.filter_id, name=each.name, description=each.description)
        for each in filters
    ]
    return video_pb2.ListFiltersResponse(filters=found)


def queue_message(status: QueueStatus) -> video_pb2.GetQueueResponse:
    """Return how much work there is."""
    counts = [
        video_pb2.StateCount(state=STATES[state], count=count) for state, count in status.counts.items()
    ]
    return video_pb2.GetQueueResponse(
        waiting=status.waiting, active=status.active, capacity=status.capacity, counts=counts
    )


def _options(message: video_pb2.VideoOptions) -> VideoOptions:
    return VideoOptions(
        text=message.text,
        source_language=message.source_language,
        target_language=message.target_language,
        filter_id=message.filter_id,
        aspect=_ASPECTS_BACK.get(message.aspect, Aspect.PORTRAIT),
        voice_gender=_VOICES_BACK[message.voice_gender],
        provider=message.provider,
    )


def _options_message(options: VideoOptions) -> video_pb2.VideoOptions:
    return video_pb2.VideoOptions(
        text=options.text,
        source_language=options.source_language,
        target_language=options.target_language,
        filter_id=options.filter_id,
        aspect=ASPECTS[options.aspect],
        voice_gender=VOICES[options.voice_gender],
        provider=options.provider,
    )


def _translation_message(translated: Translated) -> video_pb2.NarrationTranslation:
    return video_pb2.NarrationTranslation(
        model=translated.model,
        quality=translated.quality,
        confidence=translated.confidence,
        low_confidence=bool(translated.doubts),
        doubts=translated.doubts,
    )


def _pet_message(pet: Pet) -> video_pb2.Pet:
    box = common_pb2.BoundingBox(x_min=pet.x_min, y_min=pet.y_min, x_max=pet.x_max, y_max=pet.y_max)
    return video_pb2.Pet(label=pet.label, confidence=pet.confidence, box=box)


async def _asset_message(job: Job, asset: Asset, artifacts: ArtifactStore) -> video_pb2.Asset:
    uri = await artifacts.link(asset_key(job.job_id, asset.name))
    return video_pb2.Asset(
        name=asset.name, content_type=asset.content_type, size_bytes=asset.size_bytes, uri=uri
    )


async def _result_message(job: Job, artifacts: ArtifactStore) -> video_pb2.VideoResult:
    message = video_pb2.VideoResult(video_uri=await video_link(job, artifacts))
    if job.result is not None:
        message.duration.FromNanoseconds(round(job.result.duration * 1e9))
        message.width, message.height = job.result.width, job.result.height
        message.size_bytes = job.result.size_bytes
    return message


def _timestamp(seconds: float) -> Timestamp | None:
    if not seconds:
        return None
    stamp = Timestamp()
    stamp.FromMilliseconds(round(seconds * 1000))
    return stamp
