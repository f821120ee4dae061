"""All measurements, one after the other, against a running mesh: `python -m bench [name …]`.

Flags belong to one measurement: `python -m bench.detector_latency --help`.
"""

import sys

from bench import detector_latency, pet_video

MEASUREMENTS = {"detector_latency": detector_latency.main, "pet_video": pet_video.main}


def main(names: list[str]) -> None:
    """Runs the named measurements, or all."""
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        sys.exit(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    for name in names or MEASUREMENTS:
        MEASUREMENTS[name]([])


if __name__ == "__main__":
    main(sys.argv[1:])
