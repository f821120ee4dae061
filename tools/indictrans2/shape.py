"""What a checkpoint's config.json says about its network."""

import dataclasses
import json
from pathlib import Path
from typing import Any, Final

from tools.indictrans2.errors import UnusableCheckpointError

CONFIG: Final = "config.json"

# What this converter's mathematics is made for; None stands for a key that need not be there.
_FIXED: Final[dict[str, tuple[Any, ...]]] = {
    "model_type": ("IndicTrans",),
    "activation_function": ("gelu",),
    "encoder_normalize_before": (True,),
    "decoder_normalize_before": (True,),
    "bos_token_id": (0,),
    "pad_token_id": (1,),
    "eos_token_id": (2,),
    "decoder_start_token_id": (2,),
    "is_encoder_decoder": (True, None),
    "tie_encoder_decoder": (False, None),
    "is_decoder": (False, None),
    "add_cross_attention": (False, None),
    "pruned_heads": ({}, None),
    "quantization_config": (None,),
}
_NUMBERS: Final = ("layers", "attention_heads", "ffn_dim", "embed_dim", "vocab_size")
_POSITIONS: Final = ("max_source_positions", "max_target_positions")
_SWITCHES: Final = ("layernorm_embedding", "scale_embedding", "share_decoder_input_output_embed")
# Keys of training, of bookkeeping, and of the generation of text, which the server decides on.
_HARMLESS: Final = frozenset(
    (
        *("activation_dropout", "attention_dropout", "classifier_dropout", "dropout"),
        *("encoder_layerdrop", "decoder_layerdrop", "init_std", "num_hidden_layers", "use_cache"),
        *("gradient_checkpointing", "tf_legacy_loss", "tie_word_embeddings"),
        *("_name_or_path", "name_or_path", "architectures", "auto_map", "attn_implementation"),
        *("_attn_implementation_autoset", "_attn_implementation_internal", "_commit_hash"),
        *("_attn_implementation", "dtype", "torch_dtype", "transformers_version", "tokenizer_class"),
        *("model_max_length", "finetuning_task", "task_specific_params", "problem_type", "prefix"),
        *("torchscript", "use_bfloat16", "return_dict", "return_dict_in_generate", "output_attentions"),
        *("output_hidden_states", "output_scores", "id2label", "label2id", "chunk_size_feed_forward"),
        *("remove_invalid_values", "cross_attention_hidden_size", "sep_token_id", "vocab_size"),
        *("encoder_vocab_size", "decoder_vocab_size"),
        *("bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping"),
        *("encoder_no_repeat_ngram_size", "exponential_decay_length_penalty", "forced_bos_token_id"),
        *("forced_eos_token_id", "length_penalty", "max_length", "min_length", "no_repeat_ngram_size"),
        *("num_beam_groups", "num_beams", "num_return_sequences", "repetition_penalty"),
        *("suppress_tokens", "temperature", "top_k", "top_p", "typical_p"),
    )
)


@dataclasses.dataclass(frozen=True)
class Stack:
    """The encoder, or the decoder: counts of its layers, heads, inner features, pieces and positions."""

    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int


@dataclasses.dataclass(frozen=True)
class Shape:
    """A network. `width` is the number of features of a position."""

    width: int
    encoder: Stack
    decoder: Stack
    tied_head: bool
    embedding_layernorm: bool
    scaled_embedding: bool


def read_shape(folder: Path) -> Shape:
    """The shape that the folder's config.json describes.

    Raises UnusableCheckpointError when it is missing, or describes other mathematics than this converter's; OSError.
    """
    path = folder / CONFIG
    config = _read(path)
    _check_mathematics(config, path)
    encoder, decoder = (_stack(config, side, path) for side in ("encoder", "decoder"))
    width = config["encoder_embed_dim"]
    _check_width(config, width, path)
    switches = [_switch(config, name, path) for name in _SWITCHES]
    return Shape(width, encoder, decoder, switches[2], switches[0], switches[1])


def read_object(path: Path) -> dict[str, Any]:
    """A file with a JSON object. Raises UnusableCheckpointError; OSError."""
    if not path.is_file():
        raise UnusableCheckpointError(f"{path}: the file is missing")
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnusableCheckpointError(f"{path}: this is no JSON") from error
    if not isinstance(value, dict):
        raise UnusableCheckpointError(f"{path}: this is no JSON object")
    return value


def _read(path: Path) -> dict[str, Any]:
    config = read_object(path)
    kind = config.get("model_type")
    if kind != "IndicTrans":
        raise UnusableCheckpointError(f"{path}: model_type is {kind!r}; only 'IndicTrans' can be converted")
    return config


def _check_mathematics(config: dict[str, Any], path: Path) -> None:
    """Refuse other values than the reference's, and keys that nobody knows the meaning of."""
    for key, allowed in _FIXED.items():
        value = config.get(key)
        # True is not 1 here.
        if not any(type(value) is type(each) and value == each for each in allowed):
            _refuse_value(path, key, value, allowed[0])
    known = {*_FIXED, *_HARMLESS, *_POSITIONS, *_SWITCHES, "d_model", "hidden_size"}
    known |= {f"{side}_{name}" for side in ("encoder", "decoder") for name in _NUMBERS}
    for key in sorted(config.keys() - known):
        if config[key]:
            raise UnusableCheckpointError(
                f"{path}: {key} is not known here and may change what the network computes; "
                "take it out of a copy of the file if you know that it does not"
            )


def _refuse_value(path: Path, key: str, value: Any, wanted: Any) -> None:
    if value is None:
        raise UnusableCheckpointError(f"{path}: {key} is missing")
    raise UnusableCheckpointError(f"{path}: {key} is {value!r}; only {wanted!r} can be converted")


def _stack(config: dict[str, Any], side: str, path: Path) -> Stack:
    layers, heads, inner, _, vocabulary = (_number(config, f"{side}_{name}", path) for name in _NUMBERS)
    positions = _POSITIONS[0 if side == "encoder" else 1]
    return Stack(layers, heads, inner, vocabulary, _number(config, positions, path))


def _number(config: dict[str, Any], key: str, path: Path) -> int:
    value = config.get(key)
    if value is None:
        raise UnusableCheckpointError(f"{path}: {key} is missing")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1_000_000:
        raise UnusableCheckpointError(f"{path}: {key} is {value!r}, not a number of 1 or more")
    return value


def _switch(config: dict[str, Any], key: str, path: Path) -> bool:
    value = config.get(key)
    if value is None:
        raise UnusableCheckpointError(f"{path}: {key} is missing")
    if not isinstance(value, bool):
        raise UnusableCheckpointError(f"{path}: {key} is {value!r}, neither true nor false")
    return value


def _check_width(config: dict[str, Any], width: int, path: Path) -> None:
    for key in ("decoder_embed_dim", "d_model", "hidden_size"):
        if config.get(key, width) != width:
            raise UnusableCheckpointError(
                f"{path}: {key} is {config[key]!r}, but encoder_embed_dim is {width}"
            )
    for side in ("encoder", "decoder"):
        heads = config[f"{side}_attention_heads"]
        if width % heads or width % 2 or width < 4:
            raise UnusableCheckpointError(
                f"{path}: {width} features cannot be split into {heads} heads and into sines and cosines"
            )
