"""The video service: `python -m services.video`."""

import asyncio
from functools import partial

import uvloop

from meshkit.client import connect
from meshkit.limits import ConcurrencyLimiter
from meshkit.log import setup_logging
from meshkit.redis_client import connect_redis
from meshkit.safehttp import SafeFetcher
from meshkit.server import Binding, MeshServer, run_until_stopped
from meshkit.settings import load
from services.video.admission import Admission
from services.video.catalog import Catalog
from services.video.events import EventHub, EventLog
from services.video.neighbours import Detector, Translator
from services.video.parts import open_artifacts, secret_text, video_queue, webhook_queue
from services.video.queue import VIDEOS, WEBHOOKS, WorkQueue
from services.video.servicer import VideoServicer
from services.video.settings import VideoSettings
from services.video.store import JobStore
from services.video.upkeep import every, read_gauges
from services.video.video import Videos
from sutradhar.video.v1 import video_pb2_grpc as pb_grpc


async def main() -> None:
    """Build everything and serve until told to stop."""
    settings = load(VideoSettings)
    setup_logging("video", settings.log_level, settings.log_format)
    redis, raw = connect_redis(settings.redis_url), connect_redis(settings.redis_url, text=False)
    detector, translator = connect(settings.detector_target), connect(settings.translator_target)
    artifacts = open_artifacts(settings)
    store, catalog, hub = JobStore(redis, settings.redis_job_ttl_seconds), Catalog(redis), EventHub(redis)
    addresses = SafeFetcher(allow_private=settings.allow_private_urls)
    admission = Admission(
        Detector(detector),
        Translator(translator),
        addresses,
        ConcurrencyLimiter(settings.max_clips, "search for pets in clips", retry_after=5.0),
        webhooks=bool(secret_text(settings.revid_webhook_secret)),
    )
    videos = Videos(
        store,
        catalog,
        video_queue(WorkQueue(raw, VIDEOS), settings),
        webhook_queue(WorkQueue(raw, WEBHOOKS), settings),
        artifacts,
        admission,
        settings.queue_capacity,
    )
    servicer = VideoServicer(videos, EventLog(store, hub, settings.max_watchers), artifacts)
    binding = Binding("sutradhar.video.v1.VideoService", pb_grpc.add_VideoServiceServicer_to_server, servicer)
    hub.start()
    gauges = asyncio.create_task(every(settings.gauge_seconds, partial(read_gauges, catalog)))

    async def stop_gauges() -> None:
        gauges.cancel()

    closers = (
        stop_gauges,
        hub.close,
        addresses.close,
        detector.close,
        translator.close,
        redis.aclose,
        raw.aclose,
    )
    await run_until_stopped(MeshServer(settings, [binding], probe=videos.probe), *closers)


if __name__ == "__main__":
    uvloop.run(main())
