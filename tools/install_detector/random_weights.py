"""Makes an untrained YOLO whose answers look like a trained one's: `random_weights yolo11n.yaml OUT.pt PHOTOS`.

    .venv-yolo/bin/python -m tools.install_detector.random_weights yolo11n.yaml random.pt tests/testdata/photos

For comparing post-processing where no weights may be fetched. Freshly made weights answer nearly the same for every
anchor; here the normalisation layers learn the statistics of the photos, and the last layers are scaled so that dozens
of anchors of a photo score high, in many classes and sizes. Runs in .venv-yolo; ultralytics is AGPL-3.0.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false")

import torch
from ultralytics import YOLO

SIDE: Final = 640  # pixels, as the configurations of ultralytics have it
SEED: Final = 7
# What the last layers answer: the deviation of a class's logits, of which LIKELY of a frame's are above 0 (a score of
# 0.5); mean and deviation of the box layer, whose answers are logits of 16 distances each or, in the newest networks,
# the 4 distances themselves, in cells.
CLASSES: Final = 2.0
LIKELY: Final = 25
DISTANCE_LOGITS: Final = (0.0, 1.5)
DISTANCES: Final = (6.0, 1.0)


def main() -> None:
    """Make the network and save it."""
    parser = argparse.ArgumentParser(prog="random_weights", description=__doc__)
    parser.add_argument("architecture", help="a configuration of ultralytics, such as yolo11n.yaml")
    parser.add_argument("output", type=Path, help="the .pt file to write")
    parser.add_argument("photos", type=Path, help="a folder of pictures")
    chosen = parser.parse_args()
    torch.manual_seed(SEED)
    yolo = YOLO(chosen.architecture)
    frames = pictures(chosen.photos)
    with torch.no_grad():
        learn_statistics(yolo.model, frames)
        spread_answers(yolo.model, frames)
    yolo.save(chosen.output)


def pictures(folder: Path) -> Any:
    """All pictures of a folder as a float tensor [N, 3, SIDE, SIDE] in 0..1, on grey."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".webp", ".jpg", ".png"})
    frames = np.stack([_on_grey(Image.open(path).convert("RGB")) for path in paths])
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 255


def _on_grey(photo: Image.Image) -> NDArray[np.uint8]:
    fitting = ImageOps.contain(photo, (SIDE, SIDE))
    frame = Image.new("RGB", (SIDE, SIDE), (114, 114, 114))
    frame.paste(fitting, ((SIDE - fitting.width) // 2, (SIDE - fitting.height) // 2))
    return np.asarray(frame)


def learn_statistics(model: Any, frames: Any) -> None:
    """Let the normalisation layers see the frames once, as training would."""
    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    model.train()
    model(frames)
    model.eval()
    for layer in layers:
        layer.momentum = 0.03


def spread_answers(model: Any, frames: Any) -> None:
    """Scale and shift the last layers of the head."""
    head = model.model[-1]
    mean, deviation = DISTANCE_LOGITS if head.reg_max > 1 else DISTANCES
    for prefix in ("", "one2one_"):
        for scale in getattr(head, f"{prefix}cv2", None) or ():
            _spread(model, scale[-1], frames, deviation)
            scale[-1].bias.add_(mean)
        for scale in getattr(head, f"{prefix}cv3", None) or ():
            values = _spread(model, scale[-1], frames, CLASSES)
            scale[-1].bias.sub_(values.flatten().topk(LIKELY * len(frames)).values[-1])


def _spread(model: Any, layer: Any, frames: Any, deviation: float) -> Any:
    """Give each channel of a layer's answers the mean 0 and this deviation; the answers [channels, .] then."""
    with _answers_of(layer) as answers:
        model(frames)
    values = torch.cat(answers).transpose(0, 1).flatten(1)
    factor = deviation / values.std(1).clamp(min=1e-6)
    layer.weight.mul_(factor[:, None, None, None])
    layer.bias.copy_((layer.bias - values.mean(1)) * factor)
    return (values - values.mean(1, keepdim=True)) * factor[:, None]


@contextmanager
def _answers_of(layer: Any) -> Iterator[list[Any]]:
    answers: list[Any] = []
    hook = layer.register_forward_hook(lambda _layer, _inputs, output: answers.append(output))
    try:
        yield answers
    finally:
        hook.remove()


if __name__ == "__main__":
    main()
