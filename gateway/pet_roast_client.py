"""A small client of the pet-roast dialect for apps.

async with PetRoastClient("http://localhost:8000") as client:
    answer = await client.generate_video_with_retry("https://example.org/dog.jpg", "Roast my lazy dog!")
    print(answer.get("video_url") or answer["error"])
"""

import asyncio
import json
import secrets
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypedDict

import aiohttp


class Outcome(TypedDict, total=False):
    """What became of a video: `success` with `video_url`, or without and with `error`."""

    success: bool
    video_url: str
    error: str


@dataclass(frozen=True)
class Patience:
    """Seconds: the first and the longest pause before a retry, between two polls, and for a video in all."""

    first_pause: float = 2.0
    longest_pause: float = 10.0
    poll: float = 5.0
    video: float = 900.0
    call: float = 60.0


class Refused(Exception):
    """The gateway's answer was no; `again` says whether another try may help, after `pause` seconds if it said so."""

    def __init__(self, message: str, again: bool, pause: float = 0.0) -> None:
        super().__init__(message)
        self.again = again
        self.pause = pause


class PetRoastClient:
    """Talks to one gateway. Build it inside a running loop; use it as a context manager or close() it."""

    def __init__(self, base_url: str, *, api_key: str = "", patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        headers = {"X-API-Key": api_key} if api_key else {}
        timeout = aiohttp.ClientTimeout(total=self._patience.call)
        self._http = aiohttp.ClientSession(base_url, headers=headers, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.close()

    async def generate_video_with_retry(self, image_url: str, prompt: str, max_retries: int = 3) -> Outcome:
        """Makes a video of the photo at `image_url` that speaks `prompt`, and waits for it.

        Every call is tried up to `max_retries` times when the network, a limit (429) or a 5xx is in the way, with
        pauses that double. The order for the video carries one key, so a repetition never makes two videos.
        Never raises for what the gateway or the network did: the outcome says it.
        """
        body = {"image_url": image_url, "text": prompt}
        key = secrets.token_urlsafe(24)
        try:
            async with asyncio.timeout(self._patience.video):
                accepted = await self._patiently(max_retries, "POST", "/api/generate-video", body, key)
                return await self._await_result(accepted["job_id"], max_retries)
        except TimeoutError:
            return {"success": False, "error": f"No video within {self._patience.video:g} s."}
        except Refused as refusal:
            return {"success": False, "error": str(refusal)}

    async def _await_result(self, job_id: str, tries: int) -> Outcome:
        while True:
            status = await self._patiently(tries, "GET", f"/api/video-status/{job_id}")
            if status["status"] == "failed":
                return {"success": False, "error": status["detail"]}
            if status["status"] == "completed":
                result = await self._patiently(tries, "GET", f"/api/video-result/{job_id}")
                return {"success": True, "video_url": result["video_url"]}
            await asyncio.sleep(self._patience.poll)

    async def _patiently(self, tries: int, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """The answer's JSON. Raises Refused when it is no for good, or the tries are used up."""
        pause = self._patience.first_pause
        for left in range(max(tries, 1) - 1, -1, -1):
            try:
                return await self._once(method, path, body, key)
            except Refused as refusal:
                if not refusal.again or not left:
                    raise
                await asyncio.sleep(min(max(pause, refusal.pause), self._patience.longest_pause))
                pause *= 2
        raise AssertionError("the last try returns or raises")

    async def _once(self, method: str, path: str, body: Any, key: str) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            async with self._http.request(method, path, json=body, headers=headers) as answer:
                content = await answer.json()
        except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
            raise Refused("The gateway could not be reached.", again=True) from None
        if answer.status < 400:
            return content
        pause = answer.headers.get("Retry-After", "")
        raise Refused(
            _sentence(content),
            again=answer.status == 429 or answer.status >= 500,
            pause=float(pause) if pause.isdigit() else 0.0,
        )


def _sentence(content: Any) -> str:
    """What an error body of the dialect says."""
    detail = content.get("detail") if isinstance(content, dict) else None
    if isinstance(detail, dict):
        return str(detail.get("message", detail))
    if isinstance(detail, list):
        return "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in detail)
    return str(detail or content)
