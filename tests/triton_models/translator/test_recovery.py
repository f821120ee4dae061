"""The translator whose process is killed, or which is loaded anew while it works; and one whose queue is full."""

import asyncio
import re
import time
from pathlib import Path

import psutil
import pytest
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from tests.fixtures.triton import Triton, running_triton
from tests.triton_models.translator.serving import Item, answers, inputs, install_tiny

pytestmark = pytest.mark.xdist_group("translator_recovery")

SECONDS = 30.0
SENTENCE = "It rained, and the river rose, and still they waited for the boat at {} o'clock."


def stub(server: Triton) -> psutil.Process:
    """The process that runs the model."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    (found,) = (each for each in children if "translator_0_0" in each.cmdline())
    return found


def much_work(count: int) -> list[Item]:
    """Takes seconds."""
    return [Item(SENTENCE.format(number), beam_size=10, max_length=100) for number in range(count)]


async def first_answer(client: InferenceServerClient) -> str:
    """Ask until there is an answer."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            (answer,) = answers(
                await client.infer("translator", inputs([Item("A dog.")]), client_timeout=SECONDS)
            )
            return answer.text
        except InferenceServerException:
            assert time.monotonic() < end
            await asyncio.sleep(0.1)


async def test_a_killed_process_comes_back(tmp_path: Path) -> None:
    """Triton's watch loads the model anew, and it answers as before.

    Whoever was let in before waits until the own deadline: Triton does not know that nobody is left to answer.
    """
    models = install_tiny(tmp_path, ["en-indic"])
    with running_triton(tmp_path, watch_interval=0.5, repositories=(models / "triton",)) as server:
        async with InferenceServerClient(server.grpc_url) as client:
            before = await first_answer(client)
            slow = asyncio.create_task(client.infer("translator", inputs(much_work(128)), client_timeout=4.0))
            await client.infer("translator", inputs([Item("Another.")]))
            stub(server).kill()
            with pytest.raises(InferenceServerException):
                await slow
            after = await first_answer(client)

    assert before == after


async def test_loading_anew_loses_no_request(tmp_path: Path) -> None:
    """What was asked before is answered by the model that was there before."""
    models = install_tiny(tmp_path, ["en-indic"])
    with running_triton(tmp_path, repositories=(models / "triton",)) as server:
        async with InferenceServerClient(server.grpc_url) as client:
            slow = asyncio.create_task(
                client.infer("translator", inputs(much_work(80)), client_timeout=SECONDS)
            )
            await client.infer("translator", inputs([Item("Another.")]))
            config = models / "triton" / "translator" / "config.pbtxt"
            config.write_text(config.read_text().replace('"10000"', '"3"'))
            await client.load_model("translator")
            was_done = slow.done()
            (new,) = answers(await client.infer("translator", inputs([Item("Another.")])))
            old = answers(await slow)

    assert ("TEXT_TOO_LONG", False) == (new.error, was_done)
    assert [""] * 80 == [answer.error for answer in old]


async def test_a_full_queue_refuses(tmp_path: Path) -> None:
    """With the words that Triton has for it, which the services know."""
    models = install_tiny(tmp_path, ["en-indic"])
    config = models / "triton" / "translator" / "config.pbtxt"
    config.write_text(
        re.sub(r'("max_waiting_tokens" value \{ string_value: )"\d+"', r'\1"200"', config.read_text())
    )
    with running_triton(tmp_path, repositories=(models / "triton",)) as server:
        async with InferenceServerClient(server.grpc_url) as client:
            calls = [
                client.infer("translator", inputs([item]), client_timeout=SECONDS) for item in much_work(40)
            ]
            ended = await asyncio.gather(*calls, return_exceptions=True)
    refusals = [str(each) for each in ended if isinstance(each, BaseException)]

    assert 0 < len(refusals) < 40
    assert [] == [each for each in refusals if "Exceeds maximum queue size" not in each]
