"""The detector service: `python -m services.detector`."""

import imageio_ffmpeg
import uvloop

from meshkit.limits import ConcurrencyLimiter
from meshkit.log import setup_logging
from meshkit.server import Binding, MeshServer, run_until_stopped
from meshkit.settings import load
from meshkit.triton import TritonClient
from services.detector.clips import ClipSampler
from services.detector.decoder import Decoder
from services.detector.detector import Detector, Limits
from services.detector.engine import TritonEngine
from services.detector.memory import return_large_blocks
from services.detector.servicer import DetectorServicer
from services.detector.settings import DetectorSettings
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc


async def main() -> None:
    """Build everything and serve until told to stop."""
    settings = load(DetectorSettings)
    setup_logging("detector", settings.log_level, settings.log_format)
    return_large_blocks()
    triton = TritonClient(
        settings.triton_url, timeout=settings.infer_seconds, shared_memory=settings.shares_memory
    )
    decoder = Decoder(settings.decode_threads, settings.decode_pixels)
    detector = Detector(
        TritonEngine(triton, settings.model, settings.infer_seconds),
        decoder,
        ClipSampler(imageio_ffmpeg.get_ffmpeg_exe(), settings.clip_seconds, settings.clip_patience_seconds),
        _limits(settings),
    )
    binding = Binding(
        "sutradhar.detector.v1.DetectorService",
        pb_grpc.add_DetectorServiceServicer_to_server,
        DetectorServicer(detector),
    )
    await run_until_stopped(
        MeshServer(settings, [binding], probe=detector.probe), decoder.close, triton.close
    )


def _limits(settings: DetectorSettings) -> Limits:
    return Limits(
        pictures=ConcurrencyLimiter(settings.max_pictures, "picture detector"),
        batches=ConcurrencyLimiter(settings.max_batches, "batch detector"),
        clips=ConcurrencyLimiter(settings.max_clips, "clip detector", retry_after=5.0),
        batch_window=settings.batch_window,
    )


if __name__ == "__main__":
    uvloop.run(main())
