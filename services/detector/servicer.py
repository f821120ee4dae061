"""DetectorService of detector.proto: convert, call, convert."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from services.detector import convert
from services.detector.detector import Detector
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc


class DetectorServicer(pb_grpc.DetectorServiceServicer):
    """Serves a Detector."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    async def Detect(self, request: pb.DetectRequest, context: Any) -> pb.DetectResponse:
        """Look at one picture."""
        picture = convert.to_picture(request.image, "image.uri")
        return convert.from_sight(await self._detector.detect(picture, convert.to_wanted(request.options)))

    async def DetectBatch(self, request: pb.DetectBatchRequest, context: Any) -> pb.DetectBatchResponse:
        """Look at several pictures."""
        pictures = convert.to_pictures(request)
        return convert.from_outcomes(
            await self._detector.detect_batch(pictures, convert.to_wanted(request.options))
        )

    async def DetectVideo(
        self, request: pb.DetectVideoRequest, context: Any
    ) -> AsyncIterator[pb.DetectVideoResponse]:
        """Look at the frames of a clip."""
        looking = self._detector.detect_clip(
            request.video, convert.to_wanted(request.options), convert.to_sampling(request)
        )
        async with aclosing(looking) as moments:
            async for moment in moments:
                yield convert.from_moment(moment)

    async def ListClasses(self, request: pb.ListClassesRequest, context: Any) -> pb.ListClassesResponse:
        """List the model's classes."""
        return convert.from_model(await self._detector.model())
