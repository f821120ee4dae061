"""What ultralytics finds: `reference WEIGHTS FRAMES.npy OUTPUT.json CONFIDENCE {auto,free}`, in .venv-yolo.

FRAMES are uint8 [N, H, W, 3], RGB, of the network's own size, so that nothing is scaled. OUTPUT lists for each frame
its rows (x0, y0, x1, y1, score, class), corners in pixels. ultralytics is AGPL-3.0; see exported.py.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false")

from ultralytics import YOLO


def main() -> None:
    """Predict frame by frame with the settings of ultralytics' own `predict`, but for the confidence."""
    weights, source, target, confidence, head = sys.argv[1:]
    frames = np.load(source)
    yolo = YOLO(weights, task="detect")
    # nms=False lets the .pt of a network with two heads take the one that needs no suppression.
    chosen = {"nms": False} if head == "free" else {}
    found = []
    for frame in frames:
        (answer,) = yolo.predict(
            np.ascontiguousarray(frame[..., ::-1]),  # ultralytics takes arrays as BGR
            conf=float(confidence),
            imgsz=frame.shape[:2],
            device="cpu",
            verbose=False,
            **chosen,
        )
        found.append(answer.boxes.data.tolist())
    Path(target).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
