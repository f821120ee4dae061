"""The embedded detector in a real Triton, on real photos."""

import numpy as np
import pytest
from tritonclient.grpc import InferenceServerClient, InferInput
from tritonclient.utils import InferenceServerException

from tests.fixtures.triton import Triton
from tests.triton_models.coco_ssd.frames import LABELS, MODEL, PHOTOS, SIDE, Box, detect, frame_of

ANIMALS = {"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}
THRESHOLD = 0.5


@pytest.mark.parametrize(
    ("photo", "label"), [("cat", "cat"), ("dog", "dog"), ("cow", "cow"), ("chickens", "bird")]
)
def test_an_animal_is_named(triton: Triton, photo: str, label: str) -> None:
    """The best box is the animal, and no other animal is seen."""
    (boxes,) = detect(triton.grpc_url, [frame_of(PHOTOS / f"{photo}.webp")])

    assert label == boxes[0].label
    assert {label} == {box.label for box in boxes if box.score >= THRESHOLD} & ANIMALS


@pytest.mark.parametrize("photo", sorted(path.name for path in PHOTOS.glob("none-*.webp")))
def test_no_animal_is_seen_where_none_is(triton: Triton, photo: str) -> None:
    """Other things may be."""
    (boxes,) = detect(triton.grpc_url, [frame_of(PHOTOS / photo)])

    assert [] == [box for box in boxes if box.score >= THRESHOLD and box.label in ANIMALS]


def test_boxes_are_in_order_in_the_frame_and_apart(triton: Triton) -> None:
    """Best first, corners in 0..1, scores above the model's threshold, and no two share more than half."""
    (boxes,) = detect(triton.grpc_url, [frame_of(PHOTOS / "chickens.webp")])
    scores = [box.score for box in boxes]

    assert len(boxes) > 3
    assert sorted(scores, reverse=True) == scores
    assert min(scores) >= 0.05
    assert all(
        0 <= box.corners[0] < box.corners[2] <= 1 and 0 <= box.corners[1] < box.corners[3] <= 1
        for box in boxes
    )
    assert max(_iou(one, two) for one in boxes for two in boxes if one is not two) <= 0.5


def test_a_batch_answers_each_frame_by_itself(triton: Triton) -> None:
    """Two frames in one request give what each gives alone."""
    frames = [frame_of(PHOTOS / "cat.webp"), frame_of(PHOTOS / "dog.webp")]
    alone = [detect(triton.grpc_url, [frame])[0] for frame in frames]

    together = detect(triton.grpc_url, frames)

    assert alone == together


def test_rows_past_the_count_are_zero(triton: Triton) -> None:
    """A fixed shape, so that frames can share a batch."""
    images = InferInput("IMAGES", [1, SIDE, SIDE, 3], "UINT8")
    images.set_data_from_numpy(frame_of(PHOTOS / "dog.webp")[None])
    with InferenceServerClient(triton.grpc_url) as client:
        answer = client.infer("coco_ssd", [images])
    rows, count = answer.as_numpy("BOXES"), int(answer.as_numpy("COUNT")[0, 0])

    assert (1, 100, 6) == rows.shape
    assert not np.any(rows[0, count:])


@pytest.mark.parametrize("shape", [(1, 299, 300, 3), (1, 300, 300, 4), (9, 300, 300, 3)])
def test_another_shape_is_refused(triton: Triton, shape: tuple[int, ...]) -> None:
    """By Triton itself, before the model sees it."""
    images = InferInput("IMAGES", list(shape), "UINT8")
    images.set_data_from_numpy(np.zeros(shape, np.uint8))
    with InferenceServerClient(triton.grpc_url) as client, pytest.raises(InferenceServerException) as raised:
        client.infer("coco_ssd", [images])

    assert "StatusCode.INVALID_ARGUMENT" == raised.value.status()


def test_labels_agree(triton: Triton) -> None:
    """The file, and the parameter that clients of a Triton elsewhere ask for."""
    with InferenceServerClient(triton.grpc_url) as client:
        config = client.get_model_config("coco_ssd").config

    assert 80 == len(LABELS)
    assert LABELS == config.parameters["labels"].string_value.split(",")
    assert (MODEL / config.parameters["onnx_path"].string_value).exists()


def _iou(one: Box, two: Box) -> float:
    width = min(one.corners[2], two.corners[2]) - max(one.corners[0], two.corners[0])
    height = min(one.corners[3], two.corners[3]) - max(one.corners[1], two.corners[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / (_area(one) + _area(two) - shared)


def _area(box: Box) -> float:
    return (box.corners[2] - box.corners[0]) * (box.corners[3] - box.corners[1])
