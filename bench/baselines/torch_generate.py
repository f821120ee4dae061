"""A network of dist-200M's shape in PyTorch, one sentence at a time: `python -m bench.baselines.torch_generate`.

transformers' M2M100 with random weights in single precision: the same layers, widths and vocabulary, decoded by its
`generate`, as the reference server of IndicTrans2 does it. It says `ready`; then for each line with a JSON array of
lengths it translates a sentence of each length to an answer as long, and answers with one JSON line: `seconds` of
each, `lengths` of the answers, and `cpu` seconds of the process.
"""

import argparse
import json
import sys
import time

import torch
from transformers import (  # type: ignore[import-not-found]
    M2M100Config,
    M2M100ForConditionalGeneration,
)

_FIRST_PIECE, _LAST_PIECE = 10, 32_000  # ids of a source
_TAGS = 2


def main() -> None:
    """Answers until the input ends."""
    options = _options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = _network(options.vocabulary, options.layers)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_run(network, json.loads(line), options.beam)), flush=True)


def _network(vocabulary: int, layers: int) -> M2M100ForConditionalGeneration:
    config = M2M100Config(
        vocab_size=vocabulary, d_model=512, encoder_layers=layers, decoder_layers=layers,
        encoder_ffn_dim=2048, decoder_ffn_dim=2048, encoder_attention_heads=8, decoder_attention_heads=8,
        activation_function="gelu", max_position_embeddings=256, decoder_start_token_id=2,
    )  # fmt: skip
    return M2M100ForConditionalGeneration(config).eval()


def _run(network: M2M100ForConditionalGeneration, lengths: list[int], beam: int) -> dict[str, object]:
    seconds, made, cpu = [], [], time.process_time()
    for length in lengths:
        source = torch.randint(_FIRST_PIECE, _LAST_PIECE, (1, _TAGS + length + 1))
        began = time.perf_counter()
        with torch.inference_mode():
            answer = network.generate(source, num_beams=beam, min_new_tokens=length, max_new_tokens=length)
        seconds.append(time.perf_counter() - began)
        made.append(answer.shape[1] - 1)  # without the start
    return {"seconds": seconds, "lengths": made, "cpu": time.process_time() - cpu}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.baselines.torch_generate")
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--layers", type=int, default=18, help="of the encoder, and of the decoder")
    parser.add_argument("--vocabulary", type=int, default=122_672, help="pieces that it writes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
