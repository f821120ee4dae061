"""services/detector/convert.py"""

import pytest

from meshkit.errors import BackendUnavailable, InvalidInput, MeshError, PayloadTooLarge
from services.detector import convert
from services.detector.classes import PETS, Detection, Wanted
from services.detector.clips import Sampling
from services.detector.detector import Model, Moment, Sight
from services.detector.letterbox import Box
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb

SIGHT = Sight((Detection("dog", 0.75, Box(1, 2, 3, 4)),), 640, 480, "coco_ssd")


def test_no_options_are_the_defaults() -> None:
    """Unset fields take the values that the proto's comments promise."""
    assert Wanted(0.5, PETS, 20) == convert.to_wanted(pb.DetectOptions())


def test_all_options() -> None:
    """Every field arrives."""
    options = pb.DetectOptions(min_confidence=0.25, labels=["dog", "person"], max_detections=3)

    assert Wanted(0.25, frozenset(["dog", "person"]), 3) == convert.to_wanted(options)


def test_all_classes() -> None:
    """all_classes means no filter on labels."""
    assert None is convert.to_wanted(pb.DetectOptions(all_classes=True)).labels


def test_an_address_is_refused() -> None:
    """A service follows no address."""
    with pytest.raises(InvalidInput) as caught:
        convert.to_picture(common.Image(uri="http://127.0.0.1/dog.jpg"), "image.uri")

    assert ("image.uri", "IMAGE_URI_REFUSED") == (caught.value.field, caught.value.reason)


def test_items_of_a_batch_are_checked_one_by_one() -> None:
    """A good one passes; an address, nothing, and too much become errors in their places."""
    images = [
        common.Image(data=b"picture"),
        common.Image(uri="http://127.0.0.1/"),
        common.Image(),
        common.Image(data=b""),
        common.Image(data=bytes(10 * 1024 * 1024 + 1)),
    ]
    good, *bad = convert.to_pictures(pb.DetectBatchRequest(images=images))

    assert b"picture" == good
    assert ["uri", "source", "data", "data"] == [one.field for one in bad if isinstance(one, MeshError)]


def test_a_batch_is_at_most_60_mebibytes() -> None:
    """More is refused as a whole."""
    images = [common.Image(data=bytes(10 * 1024 * 1024)) for _ in range(6)]
    convert.to_pictures(pb.DetectBatchRequest(images=images))
    with pytest.raises(PayloadTooLarge) as caught:
        convert.to_pictures(pb.DetectBatchRequest(images=[*images, common.Image(data=b"1")]))

    assert "images" == caught.value.field


def test_a_clip_is_looked_at_once_a_second() -> None:
    """To its end and without pictures, unless asked otherwise."""
    expected = Sampling(1.0, stop_at_first_pet=False, linger=0.0, with_pictures=False)

    assert expected == convert.to_sampling(pb.DetectVideoRequest())


def test_every_wish_for_a_clip_arrives() -> None:
    """All four fields."""
    asked = pb.DetectVideoRequest(
        frames_per_second=0.5, stop_at_first_pet=True, linger_seconds=2, with_pictures=True
    )

    assert Sampling(0.5, stop_at_first_pet=True, linger=2, with_pictures=True) == convert.to_sampling(asked)


def test_detected() -> None:
    """A sight as a message."""
    box = common.BoundingBox(x_min=1, y_min=2, x_max=3, y_max=4)
    dog = pb.Detection(label="dog", confidence=0.75, box=box, is_pet=True)
    expected = pb.DetectResponse(detections=[dog], width=640, height=480, pet_found=True, model="coco_ssd")

    assert expected == convert.from_sight(SIGHT)


def test_no_pet_among_the_detections() -> None:
    """pet_found speaks of what is returned."""
    person = Sight((Detection("person", 0.75, Box(1, 2, 3, 4)),), 640, 480, "coco_ssd")

    assert not convert.from_sight(person).pet_found and not convert.from_sight(person).detections[0].is_pet


def test_batch_keeps_answers_and_errors_in_their_places() -> None:
    """Each outcome is where its picture was."""
    error = InvalidInput("data: broken.", field="data", reason="IMAGE_CORRUPT")
    answer = convert.from_outcomes([SIGHT, error, SIGHT])

    assert ["response", "error", "response"] == [one.WhichOneof("outcome") for one in answer.results]
    expected = common.ItemError(reason="IMAGE_CORRUPT", message="data: broken.", field="data")
    assert expected == answer.results[1].error


def test_moment() -> None:
    """The time of a frame is a Duration."""
    message = convert.from_moment(Moment(1.25, SIGHT, b"picture"))

    assert (1, 250_000_000, b"picture") == (message.time.seconds, message.time.nanos, message.picture)
    assert convert.from_sight(SIGHT) == message.frame


def test_classes() -> None:
    """Classes keep the model's order."""
    answer = convert.from_model(Model("coco_ssd", 300, 300, ("person", "dog")))

    assert [("person", False), ("dog", True)] == [(one.label, one.is_pet) for one in answer.classes]


def test_an_error_of_the_model_has_no_field() -> None:
    """ItemErrors take whatever a MeshError has."""
    answer = convert.from_outcomes([BackendUnavailable("The model coco_ssd is away.")])

    assert ("BACKEND_UNAVAILABLE", "") == (answer.results[0].error.reason, answer.results[0].error.field)
