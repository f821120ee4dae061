"""The bare loop: one process looks at one photo after the other.

`python -m bench.baselines.loop MODEL LABELS FOLDER [--service-decoding]` reads the photos of the folder, then, for
each number on its standard input, looks at so many of them in turn and writes a line of JSON: `seconds` of each,
`labels` found in each, and `cpu` seconds of the process.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from bench.baselines.detector import Detector
from bench.baselines.photos import letterbox


def main() -> None:
    """Answers until the input ends."""
    options = _options()
    decode = letterbox
    if options.service_decoding:
        from bench.baselines.service_photos import letterbox as decode
    detector = Detector(options.model, options.labels, decode=decode)
    photos = [path.read_bytes() for path in sorted(options.photos.iterdir())]
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_run(detector, photos, int(line))), flush=True)


def _run(detector: Detector, photos: list[bytes], number: int) -> dict[str, object]:
    seconds, labels, cpu = [], [], time.process_time()
    for index in range(number):
        began = time.perf_counter()
        found = detector.detect(photos[index % len(photos)])
        seconds.append(time.perf_counter() - began)
        labels.append([one.label for one in found])
    return {"seconds": seconds, "labels": labels, "cpu": time.process_time() - cpu}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.baselines.loop")
    parser.add_argument("model", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("photos", type=Path, help="a folder")
    parser.add_argument("--service-decoding", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
