"""A checkpoint's parameters in the places that CTranslate2 has for them. Runs where ctranslate2 lives.

The network is that of M2M100 and BART: ctranslate2's own loader for those, which needs PyTorch, is the model for this.
"""

import dataclasses
import math
from typing import Any

from ctranslate2.specs import common_spec, transformer_spec

from tools.indictrans2.parameters import EMBEDDING, HEAD, TARGET_EMBEDDING, Tensors
from tools.indictrans2.positions import encodings
from tools.indictrans2.shape import Shape, Stack
from tools.indictrans2.variables import Int8Scale, Int8Weight, Quantization, Source, Variable
from tools.indictrans2.vocabulary import SPECIAL


def build_network(
    tensors: Tensors, shape: Shape, quantization: Quantization, source: list[str], target: list[str]
) -> Any:
    """A ctranslate2.specs.TransformerSpec that is ready to be saved; `source` and `target` are pieces by id."""
    spec = transformer_spec.TransformerSpec(
        transformer_spec.TransformerEncoderSpec(shape.encoder.layers, shape.encoder.heads, **_options(shape)),
        transformer_spec.TransformerDecoderSpec(shape.decoder.layers, shape.decoder.heads, **_options(shape)),
    )
    _Filler(tensors, shape, quantization).fill(spec)
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.config.bos_token, _, spec.config.eos_token, spec.config.unk_token = SPECIAL
    spec.config.decoder_start_token = spec.config.eos_token
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize()  # stores once what is there twice: a tied head, the table of positions
    return spec


def _options(shape: Shape) -> dict[str, Any]:
    activation = common_spec.Activation.GELU
    return {"pre_norm": True, "activation": activation, "layernorm_embedding": shape.embedding_layernorm}


@dataclasses.dataclass(frozen=True)
class _Filler:
    """Puts each parameter where it belongs."""

    tensors: Tensors
    shape: Shape
    quantization: Quantization

    def fill(self, spec: Any) -> None:
        """Both stacks and the head."""
        self._stack(spec.encoder, spec.encoder.embeddings[0], "encoder", self.shape.encoder)
        self._stack(spec.decoder, spec.decoder.embeddings, "decoder", self.shape.decoder)
        self._matrix(spec.decoder.projection, TARGET_EMBEDDING if self.shape.tied_head else HEAD)

    def _stack(self, spec: Any, embedding: Any, side: str, stack: Stack) -> None:
        spec.scale_embeddings = math.sqrt(self.shape.width) if self.shape.scaled_embedding else 1.0
        table = encodings(stack.positions, self.shape.width)
        spec.position_encodings.encodings = table.astype(self._plain_dtype)
        self._matrix(embedding, EMBEDDING.format(side=side))
        self._norm(spec.layer_norm, f"model.{side}.layer_norm")
        if self.shape.embedding_layernorm:
            self._norm(spec.layernorm_embedding, f"model.{side}.layernorm_embedding")
        for number, layer in enumerate(spec.layer):
            self._layer(layer, f"model.{side}.layers.{number}", side == "decoder")

    def _layer(self, spec: Any, name: str, decodes: bool) -> None:
        own = f"{name}.self_attn"
        self._linear(spec.self_attention.linear[0], f"{own}.q_proj", f"{own}.k_proj", f"{own}.v_proj")
        self._linear(spec.self_attention.linear[1], f"{own}.out_proj")
        self._norm(spec.self_attention.layer_norm, f"{own}_layer_norm")
        if decodes:
            cross = f"{name}.encoder_attn"
            self._linear(spec.attention.linear[0], f"{cross}.q_proj")
            self._linear(spec.attention.linear[1], f"{cross}.k_proj", f"{cross}.v_proj")
            self._linear(spec.attention.linear[2], f"{cross}.out_proj")
            self._norm(spec.attention.layer_norm, f"{cross}_layer_norm")
        self._linear(spec.ffn.linear_0, f"{name}.fc1")
        self._linear(spec.ffn.linear_1, f"{name}.fc2")
        self._norm(spec.ffn.layer_norm, f"{name}.final_layer_norm")

    def _linear(self, spec: Any, *names: str) -> None:
        """One layer, or several side by side that read the same input."""
        self._matrix(spec, *(f"{name}.weight" for name in names))
        spec.bias = self._plain(*(f"{name}.bias" for name in names))

    def _norm(self, spec: Any, name: str) -> None:
        spec.gamma = self._plain(f"{name}.weight")
        spec.beta = self._plain(f"{name}.bias")

    def _matrix(self, spec: Any, *names: str) -> None:
        """A weight that CTranslate2 multiplies with, or looks up in."""
        if self.quantization.startswith("int8"):
            spec.weight = Int8Weight(self._source(*names))
            spec.weight_scale = Int8Scale(self._source(*names))
        else:
            spec.weight = self._plain(*names)

    def _plain(self, *names: str) -> Variable:
        return Variable(self._source(*names), self._plain_dtype)

    def _source(self, *names: str) -> Source:
        return Source(names, tuple(self.tensors[name] for name in names))

    @property
    def _plain_dtype(self) -> str:
        return "float16" if self.quantization.endswith("float16") else "float32"
