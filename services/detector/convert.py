"""Between the messages of detector.proto and the domain."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from google.protobuf.duration_pb2 import Duration

from meshkit.errors import InvalidInput, MeshError, PayloadTooLarge
from meshkit.interceptors.validation import validate
from services.detector.classes import PETS, Detection, Wanted
from services.detector.clips import Sampling
from services.detector.detector import Model, Moment, Sight
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb

_OPTIONAL: tuple[Literal["min_confidence", "max_detections"], ...] = ("min_confidence", "max_detections")
_MAX_BATCH_BYTES = 60 * 1024 * 1024


def to_wanted(options: pb.DetectOptions) -> Wanted:
    """What is asked for, with the defaults filled in."""
    labels = None if options.all_classes else frozenset(options.labels) or PETS
    given = {name: getattr(options, name) for name in _OPTIONAL if options.HasField(name)}
    return replace(Wanted(labels=labels), **given)


def to_picture(image: common.Image, field: str) -> bytes:
    """The encoded file. Raises InvalidInput when there is an address: only the gateway follows those."""
    if image.WhichOneof("source") == "uri":
        raise InvalidInput(
            f"{field}: only the gateway fetches addresses; send the picture's bytes.",
            field=field,
            reason="IMAGE_URI_REFUSED",
        )
    return image.data


def to_pictures(request: pb.DetectBatchRequest) -> list[bytes | MeshError]:
    """The encoded files in order, an error in the place of what isn't one (its field relative to the item).

    Raises PayloadTooLarge when they are too many bytes together.
    """
    if sum(len(image.data) for image in request.images) > _MAX_BATCH_BYTES:
        raise PayloadTooLarge(
            f"images: the pictures are larger than {_MAX_BATCH_BYTES} bytes together.",
            field="images",
            reason="BATCH_TOO_LARGE",
        )
    return [_item(image) for image in request.images]


def _item(image: common.Image) -> bytes | MeshError:
    try:
        validate(image)
        return to_picture(image, "uri")
    except InvalidInput as error:
        return error


def to_sampling(request: pb.DetectVideoRequest) -> Sampling:
    """How the clip is looked at, with the default filled in."""
    how = Sampling(
        stop_at_first_pet=request.stop_at_first_pet,
        linger=request.linger_seconds,
        with_pictures=request.with_pictures,
    )
    given = request.HasField("frames_per_second")
    return replace(how, frames_per_second=request.frames_per_second) if given else how


def from_sight(sight: Sight) -> pb.DetectResponse:
    """The answer to Detect."""
    return pb.DetectResponse(
        detections=map(_detection, sight.detections),
        width=sight.width,
        height=sight.height,
        pet_found=sight.pet_found,
        model=sight.model,
    )


def from_outcomes(outcomes: list[Sight | MeshError]) -> pb.DetectBatchResponse:
    """The answer to DetectBatch."""
    return pb.DetectBatchResponse(results=map(_outcome, outcomes))


def from_moment(seen: Moment) -> pb.DetectVideoResponse:
    """One message of DetectVideo's stream."""
    time = Duration()
    time.FromTimedelta(timedelta(seconds=seen.seconds))
    return pb.DetectVideoResponse(time=time, frame=from_sight(seen.sight), picture=seen.picture)


def from_model(model: Model) -> pb.ListClassesResponse:
    """The answer to ListClasses."""
    known = [pb.DetectableClass(label=label, is_pet=label in PETS) for label in model.labels]
    return pb.ListClassesResponse(model=model.name, classes=known)


def _outcome(outcome: Sight | MeshError) -> pb.DetectBatchResult:
    if isinstance(outcome, Sight):
        return pb.DetectBatchResult(response=from_sight(outcome))
    error = common.ItemError(reason=outcome.reason, message=outcome.message, field=outcome.field)
    return pb.DetectBatchResult(error=error)


def _detection(one: Detection) -> pb.Detection:
    box = common.BoundingBox(
        x_min=one.box.x_min, y_min=one.box.y_min, x_max=one.box.x_max, y_max=one.box.y_max
    )
    return pb.Detection(label=one.label, confidence=one.confidence, box=box, is_pet=one.is_pet)
