"""Exports weights (.pt) of ultralytics to ONNX: `export_weights WEIGHTS.pt`, in .venv-yolo.

Writes one .onnx file beside the weights. A .pt file is a pickle: opening it runs code that it brings. ultralytics is
AGPL-3.0, which is why it is only here, and only where somebody asked for it.
"""

import os
import sys

# Neither looks things up nor installs anything.
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false")

from ultralytics import YOLO

# What both the embedded Triton's onnxruntime and NVIDIA's container's read.
OPSET = 17


def main() -> None:
    """Export beside the weights: any number of frames, of the size that the network was trained with."""
    yolo = YOLO(sys.argv[1])
    if yolo.task != "detect":
        sys.exit(f"these weights are for the task {yolo.task}; only detect is served")
    side = yolo.overrides.get("imgsz", 640)
    yolo.export(format="onnx", dynamic=True, imgsz=side, opset=OPSET, simplify=True, device="cpu")


if __name__ == "__main__":
    main()
