"""The measurements run against a real mesh and say something; what they say is for people to judge."""

import json

import pytest

from bench import detector_latency, pet_video
from tests.fixtures.mesh import Mesh

pytestmark = pytest.mark.xdist_group("mesh")


def lines(text: str) -> list[dict[str, object]]:
    """The results, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_the_detector_is_measured_three_ways(mesh: Mesh, capsys: pytest.CaptureFixture[str]) -> None:
    """Gateway, service and Triton, and the ratios between them."""
    addresses = [f"--gateway={mesh.base_url}", f"--detector={mesh.targets['detector']}"]
    detector_latency.main(
        [*addresses, f"--triton={mesh.triton_url}", "--requests=4", "--rounds=1", "--clients=2"]
    )
    results = lines(capsys.readouterr().out)

    assert ["gateway", "service", "triton"] == [one["case"] for one in results if "case" in one]
    assert 2 == len([one for one in results if "ratio" in one])


def test_a_video_is_measured_with_each_overlay(mesh: Mesh, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each, with the length of the film."""
    pet_video.main([f"--gateway={mesh.base_url}", "--aspect=landscape", "--rounds=1"])
    results = [one for one in lines(capsys.readouterr().out) if "case" in one]

    assert 4 == len(results)
    assert all(9 < float(str(one["video_seconds"])) < 14 for one in results)
