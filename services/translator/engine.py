"""The translator's model on Triton: tensor names, what its configuration says, and what it answers.

The tensors are those of AI4Bharat's own Triton model for IndicTrans2: strings INPUT_TEXT, INPUT_LANGUAGE_ID
and OUTPUT_LANGUAGE_ID in, OUTPUT_TEXT out, each [batch, 1]. Optional, and used where the configuration lists
them: BEAM_SIZE and MAX_LENGTH (INT32) and NATIVE_DIGITS (BOOL) in, SCORE and CONFIDENCE (FP32), DOUBTS (string, reasons
with commas between them) and ERROR (string, empty where the text was translated) out.
"""

import asyncio
import hashlib
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tritonclient.grpc import model_config_pb2

from meshkit.errors import BackendUnavailable, Internal
from meshkit.languages import Language
from meshkit.log import get_logger
from meshkit.triton import MODEL_MISSING, TritonClient
from services.translator.directions import Directions, parse_networks
from services.translator.texts import (
    MODEL_FAILED,
    MODEL_UNSUITABLE,
    Answer,
    ModelCard,
    Options,
    Trust,
    model_not_installed,
)

_log = get_logger(__name__)

_TEXT: Final = "INPUT_TEXT"
_SOURCE: Final = "INPUT_LANGUAGE_ID"
_TARGET: Final = "OUTPUT_LANGUAGE_ID"
_BEAM_SIZE: Final = "BEAM_SIZE"
_MAX_LENGTH: Final = "MAX_LENGTH"
_NATIVE_DIGITS: Final = "NATIVE_DIGITS"
_OUTPUT: Final = "OUTPUT_TEXT"
_SCORE: Final = "SCORE"
_CONFIDENCE: Final = "CONFIDENCE"
_DOUBTS: Final = "DOUBTS"
_ERROR: Final = "ERROR"

_REASON: Final = re.compile(r"[A-Z][A-Z0-9_]{2,62}")
_LANGUAGE_IDS: Final = ("iso639_1", "tag")


@dataclass(frozen=True, slots=True)
class _Contract:
    """What the model's configuration says."""

    card: ModelCard
    ids_are_tags: bool
    outputs: tuple[str, ...]


class TritonEngine:
    """The model called `model` on a Triton server; its configuration is read again every few seconds."""

    def __init__(self, triton: TritonClient, model: str, timeout: float, config_seconds: float = 5.0) -> None:
        self._triton = triton
        self._model = model
        self._timeout = timeout
        self._config_seconds = config_seconds
        self._contract: _Contract | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def card(self) -> ModelCard:
        """See texts.Engine; BackendUnavailable (MODEL_UNSUITABLE) for a model of another contract."""
        return (await self._require_contract()).card

    async def fingerprint(self) -> str:
        """See texts.Engine; raises what `card` raises."""
        return (await self._read_contract()).card.fingerprint

    async def ready(self) -> bool:
        """See texts.Engine."""
        return await self._triton.model_ready(self._model)

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        """See texts.Engine. Raises what TritonClient.infer raises, and `model_not_installed()`."""
        contract = await self._require_contract()
        inputs = _inputs(contract, texts, source, target, options)
        try:
            result = await self._triton.infer(self._model, inputs, contract.outputs, timeout=self._timeout)
        except BackendUnavailable as error:
            self._contract = None
            raise _missing_or(error) from error
        return _answers(result, len(texts))

    async def _require_contract(self) -> _Contract:
        """What was read within the last seconds, or else one reading for all who ask meanwhile."""
        async with self._reading:
            if self._contract is None or time.monotonic() - self._read_at > self._config_seconds:
                return await self._read_contract()
            return self._contract

    async def _read_contract(self) -> _Contract:
        started = time.monotonic()
        try:
            contract = _contract(await self._triton.model_config(self._model))
        except BackendUnavailable as error:
            self._contract = None
            raise _missing_or(error) from error
        self._contract, self._read_at = contract, started
        return contract


def _missing_or(error: BackendUnavailable) -> BackendUnavailable:
    """`model_not_installed()` where Triton answered that it has no such model, or else the error itself."""
    return model_not_installed() if error.reason == MODEL_MISSING else error


def _contract(config: model_config_pb2.ModelConfig) -> _Contract:
    inputs = {tensor.name for tensor in config.input}
    outputs = {tensor.name for tensor in config.output}
    ids = (
        config.parameters["language_ids"].string_value
        if "language_ids" in config.parameters
        else _LANGUAGE_IDS[0]
    )
    lacks = ({_TEXT, _SOURCE, _TARGET} - inputs) | ({_OUTPUT} - outputs)
    if lacks or ids not in _LANGUAGE_IDS or config.max_batch_size < 1:
        _log.error("not a translation model", lacks=sorted(lacks), ids=ids, batch=config.max_batch_size)
        raise BackendUnavailable(
            f"The model {config.name} does not have the tensors or parameters of a translation model.",
            reason=MODEL_UNSUITABLE,
        )
    directions, networks = (
        config.parameters[key].string_value if key in config.parameters else ""
        for key in ("directions", "networks")
    )
    card = ModelCard(
        config.name,
        config.max_batch_size,
        Directions.parse(directions),
        takes_beam_size=_BEAM_SIZE in inputs,
        takes_max_length=_MAX_LENGTH in inputs,
        takes_native_digits=_NATIVE_DIGITS in inputs,
        # The installer writes a hash of the weights and the code among the parameters: what is new is another model.
        fingerprint=hashlib.sha256(config.SerializeToString(deterministic=True)).hexdigest(),
        networks=parse_networks(networks),
    )
    wanted = tuple(name for name in (_OUTPUT, _SCORE, _CONFIDENCE, _DOUBTS, _ERROR) if name in outputs)
    return _Contract(card, ids == _LANGUAGE_IDS[1], wanted)


def _inputs(
    contract: _Contract, texts: Sequence[str], source: Language, target: Language, options: Options
) -> dict[str, npt.NDArray[Any]]:
    """The tensors of one batch, each [batch, 1]."""
    inputs: dict[str, npt.NDArray[Any]] = {
        _TEXT: np.array([[text.encode()] for text in texts], dtype=np.object_)
    }
    for name, language in ((_SOURCE, source), (_TARGET, target)):
        identity = (language.tag if contract.ids_are_tags else language.code).encode()
        inputs[name] = np.full((len(texts), 1), identity, dtype=np.object_)
    for name, value in ((_BEAM_SIZE, options.beam_size), (_MAX_LENGTH, options.max_length)):
        if value is not None:
            inputs[name] = np.full((len(texts), 1), value, dtype=np.int32)
    if options.native_digits:
        inputs[_NATIVE_DIGITS] = np.full((len(texts), 1), True, dtype=np.bool_)
    return inputs


def _answers(result: dict[str, npt.NDArray[Any]], count: int) -> list[Answer]:
    columns = {name: array.reshape(-1) for name, array in result.items()}
    if any(len(column) != count for column in columns.values()):
        _log.error("the model's answer is not of the batch's size", expected=count)
        raise Internal
    return [_answer({name: column[row] for name, column in columns.items()}) for row in range(count)]


def _answer(row: dict[str, Any]) -> Answer:
    """One row. Only an error that is a plain reason is handed on; any other text stays in the log."""
    if error := row.get(_ERROR):
        said = error.decode("utf-8", "replace")
        if _REASON.fullmatch(said):
            return Answer("", failure=said)
        _log.warning("the model failed on a text", said=said[:500])
        return Answer("", failure=MODEL_FAILED)
    score = _finite(row.get(_SCORE))
    return Answer(row[_OUTPUT].decode("utf-8", "replace"), score, trust=_trust(row, score))


def _trust(row: dict[str, Any], score: float | None) -> Trust:
    """What the model says, or else how likely a piece was to it on the average."""
    doubts = row.get(_DOUBTS, b"").decode("utf-8", "replace").split(",")
    reasons = tuple(doubt for doubt in doubts if _REASON.fullmatch(doubt))
    if _CONFIDENCE in row:
        confidence = _finite(row[_CONFIDENCE])
    else:
        confidence = None if score is None else math.exp(min(0.0, score))
    return Trust(None if confidence is None else min(1.0, max(0.0, confidence)), reasons)


def _finite(number: Any) -> float | None:
    """A model's number; None for one that is none: JSON has no word for it, and it is not to pass for certainty."""
    return float(number) if number is not None and math.isfinite(number) else None
