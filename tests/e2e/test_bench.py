"""The measurements run against a real mesh and say something; what they say is for people to judge."""

import json
from typing import Any

import pytest

from bench import detector, pet_video
from tests.fixtures.mesh import Mesh

pytestmark = pytest.mark.xdist_group("mesh")


def lines(text: str) -> list[dict[str, Any]]:
    """The results, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_the_detector_is_measured_three_ways(mesh: Mesh, capsys: pytest.CaptureFixture[str]) -> None:
    """Triton, service and gateway with the processor time of each process, and the ratios between them."""
    detector.main(
        [
            f"--mesh={mesh.layout.home}",
            "--cases",
            "triton",
            "grpc",
            "rest",
            "--requests=12",
            "--rounds=1",
            "--clients=2",
        ]
    )
    results = lines(capsys.readouterr().out)
    cases = {one["case"]: one for one in results if "case" in one}

    assert ["triton", "grpc", "rest"] == list(cases)
    assert {"client", "gateway", "detector", "triton"} == set(cases["rest"]["cpu_ms_of"])
    assert ["grpc/triton", "rest/triton"] == [one["ratio"] for one in results if "ratio" in one]


def test_a_video_is_measured_with_each_overlay(mesh: Mesh, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each, with the length of the film."""
    pet_video.main([f"--mesh={mesh.layout.home}", "--aspect=landscape", "--rounds=1"])
    results = [one for one in lines(capsys.readouterr().out) if "case" in one]

    assert 4 == len(results)
    assert all(9 < one["video_seconds"] < 14 for one in results)
