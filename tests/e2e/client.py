"""A small client of the whole mesh, as an app would write it."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

PHOTOS = Path(__file__).parent.parent / "testdata" / "photos"
JOB_SECONDS = 90


class Client:
    """Talks to one gateway; an async context manager."""

    def __init__(self, base_url: str, key: str = "") -> None:
        headers = {"X-API-Key": key} if key else {}
        self.http = aiohttp.ClientSession(base_url, headers=headers)

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def post_photo(self, photo: str | bytes, text: str, **fields: str) -> tuple[int, Any]:
        """Asks for a video; gives the status and the JSON body."""
        data = photo if isinstance(photo, bytes) else (PHOTOS / photo).read_bytes()
        form = aiohttp.FormData()
        form.add_field("image", data, filename="photo.webp")
        for name, value in {"text": text, **fields}.items():
            form.add_field(name, value)
        async with self.http.post("/api/generate-video", data=form) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, Any]:
        """Gives the status and the JSON body of a path."""
        async with self.http.get(path) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Posts JSON; gives the status and the JSON body."""
        async with self.http.post(path, json=body) as answer:
            return answer.status, await answer.json()

    async def events(self, job_id: str, last: str = "") -> list[tuple[str, str]]:
        """All events of a job as (id, data), until the stream ends by itself."""
        headers = {"Last-Event-ID": last} if last else {}
        found, number = [], ""
        async with asyncio.timeout(JOB_SECONDS):
            async with self.http.get(f"/v1/videos/{job_id}:watch", headers=headers) as answer:
                async for raw in answer.content:
                    line = raw.decode().rstrip("\n")
                    if line.startswith("id:"):
                        number = line[3:].strip()
                    elif line.startswith("data:"):
                        found.append((number, line[5:].strip()))
        return found

    async def finished(self, job_id: str) -> Any:
        """The job (canonical form) once it has ended; its log is followed until then."""
        await self.events(job_id)
        return (await self.get(f"/v1/videos/{job_id}"))[1]["job"]

    async def download(self, url: str) -> bytes:
        """The bytes behind a link."""
        async with aiohttp.ClientSession() as anonymous, anonymous.get(url) as answer:
            answer.raise_for_status()
            return await answer.read()
