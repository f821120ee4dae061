"""What the detector service counts and times."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

from meshkit.errors import InvalidInput, MeshError, PayloadTooLarge, UnsupportedMedia
from meshkit.metrics import LATENCY_BUCKETS
from services.detector.classes import Detection

REFUSALS = (InvalidInput, PayloadTooLarge, UnsupportedMedia)
"""The errors that a picture or clip itself is to blame for."""

_IMAGES = Counter(
    "sutradhar_detector_images_total",
    "Pictures and frames looked at; pet_found tells whether a pet was among what was asked for.",
    ["source", "pet_found"],
)
_DETECTIONS = Counter("sutradhar_detector_detections_total", "Objects answered, by class.", ["label"])
_REJECTED = Counter(
    "sutradhar_detector_rejected_total", "Pictures and clips refused, by reason.", ["source", "reason"]
)
_STAGE = Histogram(
    "sutradhar_detector_stage_seconds",
    "Time of a stage of a picture or frame: queue is the wait for a thread and for memory to decode in, infer is "
    "Triton's answer with its own queue, map is boxes and filters.",
    ["stage"],
    buckets=LATENCY_BUCKETS,
)
_BATCH = Histogram(
    "sutradhar_detector_batch_size",
    "Pictures that a call brought, one for Detect.",
    buckets=(1, 2, 4, 8, 16, 32, 64),
)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time one stage: decode, infer or map."""
    started = time.perf_counter()
    try:
        yield
    finally:
        observe(name, started)


def observe(name: str, started: float) -> None:
    """A stage that began at `started` of time.perf_counter() has ended."""
    _STAGE.labels(name).observe(time.perf_counter() - started)


def called_with(pictures: int) -> None:
    """Count a call by how many pictures it brought."""
    _BATCH.observe(pictures)


@contextmanager
def rejections(source: str) -> Iterator[None]:
    """Count what is refused inside; `source` is image, batch or clip."""
    try:
        yield
    except REFUSALS as error:
        reject(source, error)
        raise


def reject(source: str, error: MeshError) -> None:
    """Count one refused picture or clip."""
    _REJECTED.labels(source, error.reason).inc()


def looked(source: str, detections: tuple[Detection, ...]) -> None:
    """Count one picture or frame that was answered."""
    found = any(one.is_pet for one in detections)
    _IMAGES.labels(source, "true" if found else "false").inc()
    for one in detections:
        _DETECTIONS.labels(one.label).inc()
