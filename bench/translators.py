"""The translators that are served, each with a Triton of its own: started, awaited, asked."""

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.environments import program, variables
from bench.harness import Call
from bench.processes import answers_http, free_ports, ready, running
from bench.sentences import SOURCE, TARGET, Sentence
from bench.translations import Answers
from meshkit.client import connect
from meshkit.settings import ROOT
from meshkit.triton import TritonClient
from sutradhar.translator.v1 import translator_pb2 as pb
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc
from tools.install_translator.serve import lay
from tools.install_translator.weights import installed

_PATIENCE = 300.0  # seconds for one answer: a machine that is in use is slow


@dataclass(frozen=True)
class Served:
    """Where it answers (host:port of gRPC), and its process."""

    target: str
    pid: int


@dataclass(frozen=True)
class Repository:
    """A model repository with one model of this name."""

    folder: Path
    model: str


def lay_ours(model: Path, work: Path) -> Repository:
    """The translator as its installer makes it."""
    repository = work / "ours"
    repository.mkdir()
    place = repository / "translator"
    chosen = [each for each in installed(model.parent) if each.name == model.name]
    lay(chosen, model.parent, place, "cpu", place)
    return Repository(repository, place.name)


def lay_arrival_order(work: Path, folder: str = "arrival") -> Repository:
    """The usual design, of baselines/."""
    name = "arrival_order"
    shutil.copytree(ROOT / "bench" / "baselines" / name, work / folder / name)
    return Repository(work / folder, name)


async def triton(
    stack: AsyncExitStack, name: str, repository: Repository, work: Path, told: Mapping[str, str]
) -> Served:
    """A Triton with the model of this repository, without the watch that would ask it things meanwhile."""
    http, grpc, metrics = free_ports(3)
    log = work / f"{name}.txt"
    command = [program(".venv-triton", "python"), "-m", "tools.triton.server", "--watch-interval=0"]
    command += [f"--home={work / name}", f"--model-repository={repository.folder}"]
    command += [f"--http-port={http}", f"--grpc-port={grpc}", f"--metrics-port={metrics}"]
    process = await stack.enter_async_context(running(command, log, {**variables(), **told}))
    url = f"http://127.0.0.1:{http}/v2/models/{repository.model}/ready"
    await ready(process, log, lambda: answers_http(url))
    return Served(f"127.0.0.1:{grpc}", process.pid)


async def service(stack: AsyncExitStack, work: Path, behind: str, clients: int) -> Served:
    """The translator service in front of a Triton, without what it remembers."""
    port, metrics = free_ports(2)
    log = work / "service.txt"
    told = {"TRANSLATOR_PORT": str(port), "TRANSLATOR_METRICS_PORT": str(metrics), "TRITON_URL": behind}
    told |= {"TRANSLATOR_CACHE": "false", "TRANSLATOR_MAX_REQUESTS": str(2 * clients)}
    told |= {"TRANSLATOR_INFER_SECONDS": str(_PATIENCE)}
    command = [program(".venv", "python"), "-m", "services.translator"]
    process = await stack.enter_async_context(running(command, log, os.environ | told))
    await ready(process, log, lambda: answers_http(f"http://127.0.0.1:{metrics}/metrics"))
    return Served(f"127.0.0.1:{port}", process.pid)


async def ask_triton(
    stack: AsyncExitStack, target: str, model: str, shown: Sequence[Sentence], answers: Answers
) -> Call:
    """One text a request, with the tensors of the translator's contract."""
    client = TritonClient(target, timeout=_PATIENCE)
    stack.push_async_callback(client.close)

    async def call(number: int) -> None:
        text = shown[number % len(shown)].text
        inputs = {"INPUT_TEXT": text, "INPUT_LANGUAGE_ID": SOURCE, "OUTPUT_LANGUAGE_ID": TARGET}
        tensors = {name: np.array([[value.encode()]], np.object_) for name, value in inputs.items()}
        answer = await client.infer(model, tensors, ["OUTPUT_TEXT"])
        answers.check(text, answer["OUTPUT_TEXT"].item().decode())

    return call


async def ask_service(
    stack: AsyncExitStack, target: str, shown: Sequence[Sentence], answers: Answers
) -> Call:
    """Translate with one text."""
    channel = connect(target)
    stack.push_async_callback(channel.close)
    stub = pb_grpc.TranslatorServiceStub(channel)

    async def call(number: int) -> None:
        text = shown[number % len(shown)].text
        asked = pb.TranslateRequest(texts=[text], source_language=SOURCE, target_language=TARGET)
        # Its first word about its health may come after its metrics.
        answer = await stub.Translate(asked, timeout=_PATIENCE, wait_for_ready=True)
        (result,) = answer.results
        if result.HasField("error"):
            raise SystemExit(f"{text!r} was not translated: {result.error.reason} {result.error.message}")
        answers.check(text, result.translation.text)

    return call
