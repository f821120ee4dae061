"""The configurations that the installer writes, as the model reads them."""

import re
from pathlib import Path

import pytest
from decoding import Lengths
from google.protobuf import text_format
from parameters import Place, read
from tritonclient.grpc import model_config_pb2
from waiting import Limits

from tests.fixtures.triton import ROOT

KINDS = {"cpu": "KIND_CPU", "gpu": "KIND_GPU"}
# What others read: the service, the watch, and the person who looks at the file.
OTHERS = re.compile("directions|networks|fingerprint|language_ids|health_.*")


def configuration(device: str) -> model_config_pb2.ModelConfig:
    """The installer's, before it fills in what it serves."""
    text = (ROOT / "tools" / "install_translator" / f"config.{device}.pbtxt").read_text()
    return text_format.Parse(text, model_config_pb2.ModelConfig())


def values(device: str) -> dict[str, str]:
    """Its parameters."""
    return {name: entry.string_value for name, entry in configuration(device).parameters.items()}


def test_the_configuration_for_cpus_is_read_whole() -> None:
    """With one worker for each core, where it says nothing else."""
    chosen = read({**values("cpu"), "models": "../a, ../b"}, Path("/models/translator"), "KIND_CPU", 0)

    assert (Path("/models/a"), Path("/models/b")) == chosen.models
    assert Limits(384, 8, 32768, 0.01) == chosen.limits
    assert Lengths(3.0, 16) == chosen.lengths
    assert Place("cpu", 0, "default", chosen.workers, 1) == chosen.place
    assert 1 <= chosen.workers <= 8
    assert (5, 256, 160, 10_000, 131_072, True) == (
        chosen.beam_size,
        chosen.max_length,
        chosen.piece_tokens,
        chosen.max_characters,
        chosen.max_request_characters,
        chosen.mends_loops,
    )


def test_the_configuration_for_gpus_is_read_whole() -> None:
    """With larger groups, two at once."""
    chosen = read(values("gpu"), Path("/models"), "KIND_GPU", 3)

    assert Place("cuda", 3, "default", 2, 1) == chosen.place
    assert Limits(4096, 64, 262_144, 0.002) == chosen.limits


def test_what_is_said_counts() -> None:
    """Workers, threads, and loops that stay."""
    said = {**values("cpu"), "workers": "3", "threads": "2", "mend_loops": "false"}
    chosen = read(said, Path(), "KIND_CPU", 0)

    assert (3, 3, 2, False) == (
        chosen.workers,
        chosen.place.at_once,
        chosen.place.threads,
        chosen.mends_loops,
    )


@pytest.mark.parametrize("device", KINDS)
def test_every_parameter_is_read_and_none_has_a_default(device: str) -> None:
    """So that the two configurations and the code cannot drift apart."""
    given = values(device)
    read_by_model = [name for name in given if not OTHERS.fullmatch(name)]

    for name in read_by_model:
        with pytest.raises(KeyError, match=name):
            read({key: value for key, value in given.items() if key != name}, Path(), KINDS[device], 0)
    assert "max_waiting_tokens" in read_by_model


@pytest.mark.parametrize(("name", "value"), [("beam_size", "five"), ("linger_ms", ""), ("mend_loops", "yes")])
def test_what_makes_no_sense_is_an_error(name: str, value: str) -> None:
    """The model does not load."""
    with pytest.raises((ValueError, KeyError)):
        read({**values("cpu"), name: value}, Path(), "KIND_CPU", 0)


@pytest.mark.parametrize("device", KINDS)
def test_tritons_own_queue_is_bounded(device: str) -> None:
    """Though the model empties it at once, it may be busy with a request."""
    policy = configuration(device).dynamic_batching.default_queue_policy

    assert 0 < policy.max_queue_size <= 1024
