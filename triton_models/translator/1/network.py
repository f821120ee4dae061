"""One installed model: pieces of text to tokens, tokens to tokens, and tokens to text.

A folder of weights is what tools/indictrans2 makes: CTranslate2's files, model.SRC and model.TGT of SentencePiece,
and sutradhar.json, which says what it translates and how far it is to be trusted. A small one brings the words that it
knows.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import ctranslate2
import sentencepiece
from decoding import Decoder, Lengths, Options, Output
from honesty import Trust
from indictext.spelling import script_of_word
from knowledge import Knowledge
from parameters import Place
from routes import FAMILIES, Covers, family_of_script
from waiting import Tokens

_SPECIAL: Final = frozenset(("<s>", "</s>", "<unk>", "<pad>"))
_SPACE: Final = "▁"
_ANY_LENGTH: Final = 1 << 20


class Network:
    """A network in memory. `translate` may be called from several threads at once."""

    def __init__(self, folder: Path, place: Place, lengths: Lengths) -> None:
        """Load it. Raises OSError, KeyError, ValueError, or RuntimeError of CTranslate2."""
        card = json.loads((folder / "sutradhar.json").read_bytes())
        self.covers = Covers(frozenset(card["source_tags"]), frozenset(card["target_tags"]))
        self.trust = Trust.of(card)
        knowledge = Knowledge.read(folder)
        self.knows: Callable[[str], bool] | None = knowledge.knows if knowledge else None
        self.longest_source = _positions(card, "max_source_positions")
        self._source, self._target = (_pieces(folder / f"model.{side}") for side in ("SRC", "TGT"))
        translator = ctranslate2.Translator(
            str(folder),
            device=place.device,
            device_index=place.index,
            compute_type=place.compute_type,
            inter_threads=place.at_once,
            intra_threads=place.threads,
        )
        strange = _strange(self._target) if knowledge else {}
        self._decoder = Decoder(translator, lengths, _positions(card, "max_target_positions"), strange)

    def tokens(self, source: str, target: str, body: str) -> Tokens:
        """What the network reads: two tags, and the pieces of a prepared text."""
        return (source, target, *self._source.encode(body, out_type=str))

    def text(self, tokens: Tokens) -> str:
        """The text of what the network wrote."""
        return "".join(token for token in tokens if token not in _SPECIAL).replace(_SPACE, " ").strip()

    def translate(self, sources: Sequence[Tokens], options: Options) -> list[Output]:
        """See Decoder.decode."""
        return self._decoder.decode(sources, options)


def _strange(target: Any) -> dict[str, list[str]]:
    """The pieces that have no place in an answer in scripts of each family."""
    pieces = [target.id_to_piece(number) for number in range(target.get_piece_size())]
    families = {piece: family_of_script(script_of_word(piece)) for piece in pieces}
    return {
        wanted: [piece for piece, family in families.items() if family not in ("", wanted)]
        for wanted in FAMILIES
    }


def _positions(card: dict[str, Any], name: str) -> int:
    """How many tokens there is room for besides the end."""
    return int(card["shape"][name] or _ANY_LENGTH) - 1


def _pieces(path: Path) -> Any:
    return sentencepiece.SentencePieceProcessor(model_file=str(path))
