"""All measurements, one after the other: `python -m bench` against a running mesh; flags go to each of them."""

from bench import detector_latency

MEASUREMENTS = (detector_latency.main,)

if __name__ == "__main__":
    for measurement in MEASUREMENTS:
        measurement()
