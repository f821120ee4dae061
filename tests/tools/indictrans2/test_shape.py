"""What config.json may say."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.tools.indictrans2.checkpoints import FIXTURES, change_json
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.random_checkpoint import PUBLISHED, config_of
from tools.indictrans2.shape import Shape, Stack, read_shape


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the config.json of a fixture."""
    shutil.copyfile(FIXTURES / "tiny-tied" / "config.json", tmp_path / "config.json")
    return tmp_path


def test_a_shape_is_read(folder: Path) -> None:
    """All of what the network is built from."""
    encoder, decoder = Stack(3, 4, 128, 500, 256), Stack(3, 4, 128, 700, 256)

    assert Shape(64, encoder, decoder, True, True, True) == read_shape(folder)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_shapes_are_read(tmp_path: Path, name: str) -> None:
    """All six."""
    (tmp_path / "config.json").write_text(json.dumps(config_of(PUBLISHED[name])))

    assert PUBLISHED[name] == read_shape(tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "RotaryIndicTrans"}, "model_type is 'RotaryIndicTrans'"),
        ({"activation_function": "relu"}, "activation_function is 'relu'; only 'gelu'"),
        ({"encoder_normalize_before": False}, "encoder_normalize_before is False; only True"),
        ({"decoder_normalize_before": None}, "decoder_normalize_before is missing"),
        ({"decoder_start_token_id": 0}, "decoder_start_token_id is 0; only 2"),
        ({"pad_token_id": True}, "pad_token_id is True; only 1"),
        ({"quantization_config": {"bits": 4}}, "quantization_config is .*; only None"),
        ({"rope_theta": 10000}, "rope_theta is not known here and may change what the network computes"),
        ({"encoder_layers": None}, "encoder_layers is missing"),
        ({"encoder_layers": 0}, "encoder_layers is 0, not a number of 1 or more"),
        ({"decoder_vocab_size": "700"}, "decoder_vocab_size is '700', not a number"),
        ({"layernorm_embedding": 1}, "layernorm_embedding is 1, neither true nor false"),
        ({"scale_embedding": None}, "scale_embedding is missing"),
        ({"d_model": 128}, "d_model is 128, but encoder_embed_dim is 64"),
        ({"decoder_attention_heads": 5}, "64 features cannot be split into 5 heads"),
    ],
)
def test_other_mathematics_is_refused(folder: Path, changes: dict[str, Any], words: str) -> None:
    """The message names the key."""
    change_json(folder / "config.json", **changes)

    with pytest.raises(UnusableCheckpointError, match=rf"config\.json: {words}"):
        read_shape(folder)


def test_a_key_that_says_nothing_is_passed_over(folder: Path) -> None:
    """New releases of the framework write new keys, with nothing in them."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"new_thing": None, "other_thing": False}))

    assert 64 == read_shape(folder).width


@pytest.mark.parametrize("key", ["_attn_implementation_autoset", "tie_word_embeddings", "use_cache"])
def test_a_key_of_bookkeeping_may_say_anything(folder: Path, key: str) -> None:
    """It does not change what the network computes."""
    change_json(folder / "config.json", **{key: True})

    assert 64 == read_shape(folder).width


@pytest.mark.parametrize(("text", "words"), [("{", "no JSON"), ("[1]", "no JSON object")])
def test_another_file_is_refused(folder: Path, text: str, words: str) -> None:
    """Cut short, or something else."""
    (folder / "config.json").write_text(text)

    with pytest.raises(UnusableCheckpointError, match=rf"config\.json: this is {words}"):
        read_shape(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A folder of something else."""
    with pytest.raises(UnusableCheckpointError, match=r"config\.json: the file is missing"):
        read_shape(tmp_path)
