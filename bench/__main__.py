"""All measurements, one after the other, or one with flags of its own: `python -m bench [name [flag …]]`."""

import sys

from bench import detector, nano, pet_video, translator

MEASUREMENTS = {
    "detector": detector.main,
    "pet_video": pet_video.main,
    "translator": translator.main,
    "nano": nano.main,
}


def main(arguments: list[str]) -> None:
    """Runs the named measurement with its flags, or all without any."""
    name, *flags = arguments or [""]
    if name and name not in MEASUREMENTS:
        sys.exit(f"no such measurement: {name}; there are {', '.join(MEASUREMENTS)}")
    for one in [name] if name else MEASUREMENTS:
        MEASUREMENTS[one](flags)


if __name__ == "__main__":
    main(sys.argv[1:])
