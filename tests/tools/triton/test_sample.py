"""The health probe's input follows the model's configuration."""

from typing import Any

import pytest

from tools.triton.sample import sample_input, wants_probe


def test_numbers_are_zeros_of_the_smallest_shape() -> None:
    """-1 becomes 1, behind a batch of 1."""
    config = {"max_batch_size": 8, "input": [{"name": "X", "data_type": "TYPE_FP32", "dims": ["-1", "3"]}]}

    tensors = sample_input(config)

    assert [({"name": "X", "datatype": "FP32", "shape": [1, 1, 3]}, bytes(12))] == tensors


def test_a_string_is_taken_from_the_parameter() -> None:
    """Length-prefixed, as the binary layout wants it; an optional input is left out."""
    config = {
        "max_batch_size": 0,
        "input": [
            {"name": "TEXT", "data_type": "TYPE_STRING", "dims": ["1"]},
            {"name": "BEAM", "data_type": "TYPE_INT32", "dims": ["1"], "optional": True},
        ],
        "parameters": {"health_TEXT": {"string_value": "hi"}},
    }

    tensors = sample_input(config)

    assert [({"name": "TEXT", "datatype": "BYTES", "shape": [1]}, b"\x02\x00\x00\x00hi")] == tensors


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, True),
        ({"parameters": {"health": {"string_value": "skip"}}}, False),
        ({"model_transaction_policy": {"decoupled": True}}, False),
    ],
)
def test_some_models_are_not_asked(config: dict[str, Any], expected: bool) -> None:
    """Those that say so, and those that stream."""
    wanted = wants_probe(config)

    assert expected == wanted
