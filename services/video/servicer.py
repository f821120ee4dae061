"""sutradhar.video.v1.VideoService: convert, call, convert."""

from collections.abc import AsyncIterator
from typing import Any

from meshkit.artifacts import ArtifactStore
from services.video import convert
from services.video.events import EventLog
from services.video.video import Videos
from sutradhar.video.v1 import video_pb2, video_pb2_grpc


class VideoServicer(video_pb2_grpc.VideoServiceServicer):
    """The gRPC face of the video service."""

    def __init__(self, videos: Videos, events: EventLog, artifacts: ArtifactStore) -> None:
        self._videos = videos
        self._events = events
        self._artifacts = artifacts

    async def CreateVideo(
        self, request: video_pb2.CreateVideoRequest, context: Any
    ) -> video_pb2.CreateVideoResponse:
        """Admit and queue a video."""
        job = await self._videos.create(convert.new_video(request))
        return video_pb2.CreateVideoResponse(job=await convert.job_message(job, self._artifacts))

    async def GetVideo(self, request: video_pb2.GetVideoRequest, context: Any) -> video_pb2.GetVideoResponse:
        """Return one job."""
        job = await self._videos.get(request.job_id)
        return video_pb2.GetVideoResponse(job=await convert.job_message(job, self._artifacts))

    async def ListVideos(
        self, request: video_pb2.ListVideosRequest, context: Any
    ) -> video_pb2.ListVideosResponse:
        """Return a page of jobs."""
        state = convert.state_or_none(request.state)
        page = await self._videos.page(request.page_size, request.page_token, state)
        return await convert.page_message(page, self._artifacts)

    async def CancelVideo(
        self, request: video_pb2.CancelVideoRequest, context: Any
    ) -> video_pb2.CancelVideoResponse:
        """Stop a job."""
        job = await self._videos.cancel(request.job_id)
        return video_pb2.CancelVideoResponse(job=await convert.job_message(job, self._artifacts))

    async def WatchVideo(
        self, request: video_pb2.WatchVideoRequest, context: Any
    ) -> AsyncIterator[video_pb2.WatchVideoResponse]:
        """Follow the log of a job."""
        async for event in self._events.watch(request.job_id, request.after_event_id):
            yield video_pb2.WatchVideoResponse(event=convert.event_message(event))

    async def SetVideoWebhook(
        self, request: video_pb2.SetVideoWebhookRequest, context: Any
    ) -> video_pb2.SetVideoWebhookResponse:
        """Set or remove the webhook of a job."""
        job = await self._videos.set_webhook(request.job_id, request.webhook_url.strip())
        return video_pb2.SetVideoWebhookResponse(job=await convert.job_message(job, self._artifacts))

    async def ReportVideo(
        self, request: video_pb2.ReportVideoRequest, context: Any
    ) -> video_pb2.ReportVideoResponse:
        """Take an outside engine's word."""
        state = convert.state_of(request.state)
        job = await self._videos.report(request.job_id, state, request.video_uri, request.message)
        return video_pb2.ReportVideoResponse(job=await convert.job_message(job, self._artifacts))

    async def ListFilters(
        self, request: video_pb2.ListFiltersRequest, context: Any
    ) -> video_pb2.ListFiltersResponse:
        """Return the overlays."""
        return convert.filters_message(self._videos.filters())

    async def GetQueue(self, request: video_pb2.GetQueueRequest, context: Any) -> video_pb2.GetQueueResponse:
        """Return how much work there is."""
        return convert.queue_message(await self._videos.queue())
