"""Writes a checkpoint of a published shape with random weights: `... random_checkpoint en-indic-dist-200M FOLDER`.

It translates nothing. It is for measuring speed and memory where no real checkpoint is at hand: its sizes, its files
and its parameters' names are those of the published one. Its pieces are syllables made up at random.
"""

import argparse
import itertools
import json
import random
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from tools.indictrans2.directions import ENGLISH
from tools.indictrans2.parameters import required
from tools.indictrans2.shape import Shape, Stack
from tools.indictrans2.vocabulary import SPECIAL

INDIC_TAGS: Final = (
    *("asm_Beng", "ben_Beng", "guj_Gujr", "hin_Deva", "kan_Knda", "mal_Mlym"),
    *("mar_Deva", "ory_Orya", "pan_Guru", "tam_Taml", "tel_Telu", "urd_Arab"),
)
LATIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DEVANAGARI: Final = "".join(map(chr, (*range(0x0905, 0x093A), *range(0x093E, 0x094E), 0x0902, 0x0964)))
MARKS: Final = "▁0123456789.,!?'\"-()<>:;/%"


def _shape(size: str, source: int, target: int, tied: bool) -> Shape:
    width, inner, heads = (512, 2048, 8) if size.startswith("dist") else (1024, 8192, 16)
    encoder, decoder = (Stack(18, heads, inner, pieces, 256) for pieces in (source, target))
    return Shape(width, encoder, decoder, tied, size.startswith("dist"), scaled_embedding=True)


PUBLISHED: Final = {
    "en-indic-dist-200M": _shape("dist-200M", 32322, 122672, tied=True),
    "indic-en-dist-200M": _shape("dist-200M", 122706, 32296, tied=True),
    "indic-indic-dist-320M": _shape("dist-320M", 122706, 122672, tied=False),
    "en-indic-1B": _shape("1B", 32322, 122672, tied=False),
    "indic-en-1B": _shape("1B", 122706, 32296, tied=False),
    "indic-indic-1B": _shape("1B", 122706, 122672, tied=False),
}


def write_checkpoint(folder: Path, shape: Shape, direction: str, seed: int = 1) -> None:
    """All files of a checkpoint; `direction` decides what its pieces are written in."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config_of(shape), indent=1))
    for side, language, stack in zip(
        ("SRC", "TGT"), direction.split("-"), (shape.encoder, shape.decoder), strict=True
    ):
        tags = (ENGLISH, *INDIC_TAGS) if side == "SRC" else ()
        write_vocabulary(folder, side, LATIN if language == "en" else DEVANAGARI, tags, stack.vocabulary)
    _write_weights(folder / "model.safetensors", required(shape), seed)


def config_of(shape: Shape) -> dict[str, Any]:
    """The config.json of a published checkpoint with this shape."""
    config: dict[str, Any] = {
        "model_type": "IndicTrans",
        "activation_function": "gelu",
        "is_encoder_decoder": True,
    }
    config |= {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    config |= {"scale_embedding": shape.scaled_embedding, "layernorm_embedding": shape.embedding_layernorm}
    config["share_decoder_input_output_embed"] = shape.tied_head
    for side, positions, stack in (
        ("encoder", "max_source_positions", shape.encoder),
        ("decoder", "max_target_positions", shape.decoder),
    ):
        config |= {f"{side}_layers": stack.layers, f"{side}_attention_heads": stack.heads}
        config |= {f"{side}_ffn_dim": stack.inner, f"{side}_vocab_size": stack.vocabulary}
        config |= {
            f"{side}_embed_dim": shape.width,
            f"{side}_normalize_before": True,
            positions: stack.positions,
        }
    return config


def write_vocabulary(folder: Path, side: str, letters: str, tags: Iterable[str], size: int) -> None:
    """model.SRC and dict.SRC.json, or those of TGT, with `size` ids."""
    known = [*SPECIAL, *tags]
    pieces = _syllables(letters, size - len(known))
    ids = {piece: number for number, piece in enumerate([*known, *pieces])}
    (folder / f"dict.{side}.json").write_text(json.dumps(ids, ensure_ascii=False), "utf-8")
    (folder / f"model.{side}").write_bytes(_sentencepiece(pieces))


def _syllables(letters: str, count: int) -> list[str]:
    """Single signs, and then combinations of two pieces each, so that merging pairs can reach every one."""
    chance = random.Random(len(letters))  # noqa: S311 - no secret
    pieces = list(dict.fromkeys([*MARKS, *letters]))[:count]
    seen, words = set(pieces), [*letters, "▁"]
    while len(pieces) < count:
        first, second = chance.choice(words), chance.choice(words[: len(letters)])
        if first + second not in seen and len(first) < 10:
            seen.add(first + second)
            pieces.append(first + second)
            words.append(first + second)
    return pieces


def _sentencepiece(pieces: Iterable[str]) -> bytes:
    """A SentencePiece model, byte for byte as its protocol buffer has it: pieces, trainer's and normaliser's facts."""
    entries = [("<unk>", 2), ("<s>", 3), ("</s>", 3), *zip(pieces, itertools.repeat(1))]
    model = b"".join(
        _field(1, _field(1, piece.encode()) + b"\x15" + struct.pack("<f", -rank) + b"\x18" + bytes([kind]))
        for rank, (piece, kind) in enumerate(entries)
    )
    trainer = b"\x18\x02"  # model_type: BPE
    normalizer = _field(1, b"identity") + b"\x18\x01\x20\x01\x28\x01"  # prefix, single spaces, visible spaces
    return model + _field(2, trainer) + _field(3, normalizer)


def _field(number: int, value: bytes) -> bytes:
    """A field with a length, which is below 16384 here."""
    low, high = len(value) & 127, len(value) >> 7
    return bytes([number << 3 | 2, low | 128, high] if high else [number << 3 | 2, low]) + value


def _write_weights(path: Path, shapes: dict[str, tuple[int, ...]], seed: int) -> None:
    entries, end = {}, 0
    for name, shape in shapes.items():
        begin, end = end, end + 4 * int(np.prod(shape))
        entries[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    header = json.dumps(entries).encode()
    with path.open("wb") as stream:
        stream.write(len(header).to_bytes(8, "little") + header)
        for values in _weights(shapes, seed):
            stream.write(values.data)


def _weights(
    shapes: dict[str, tuple[int, ...]], seed: int
) -> Iterator[np.ndarray[Any, np.dtype[np.float32]]]:
    """Small numbers around 0, and around 1 where layers are normalised."""
    numbers = np.random.default_rng(seed)
    for name, shape in shapes.items():
        values = numbers.standard_normal(shape, np.float32) * np.float32(0.02)
        yield values + np.float32(1) if "norm" in name and name.endswith("weight") else values


def main() -> None:
    """Write the checkpoint that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.indictrans2.random_checkpoint", description=__doc__
    )
    parser.add_argument("like", choices=PUBLISHED)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    direction = chosen.like.partition("-dist")[0].removesuffix("-1B")
    write_checkpoint(chosen.folder, PUBLISHED[chosen.like], direction)


if __name__ == "__main__":
    main()
