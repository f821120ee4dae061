"""What went wrong at the hub, in a sentence for a person. In .venv-hub, with the client's own errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx2  # type: ignore[import-not-found] # what the client speaks with; in its environment only
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

PAGES: Final = "https://huggingface.co"  # also where HF_ENDPOINT names a mirror: conditions are accepted here
_TOKENS: Final = f"{PAGES}/settings/tokens"


class NoCheckpointError(Exception):
    """The model on the hub is no checkpoint of ours; the message says what it lacks."""


class NoSpaceError(Exception):
    """The files do not fit on the disk; the message says how large they are."""


@dataclass(frozen=True)
class Problem:
    """A sentence, and whether fetching the files by hand would be a way around it."""

    text: str
    by_hand: bool = False


def problem(error: BaseException, name: str, endpoint: str) -> Problem:
    """The first error of the chain of causes that says something; the client wraps some in others."""
    found = (_known(each, name, endpoint) for each in _causes(error))
    return next((each for each in found if each), Problem(f"it cannot be fetched ({_line(error)})", True))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _known(error: BaseException, name: str, endpoint: str) -> Problem | None:
    if isinstance(error, NoCheckpointError | NoSpaceError):
        return Problem(str(error))
    if isinstance(error, HfHubHTTPError):
        return _answered(error, name, endpoint)
    if isinstance(error, HFValidationError):
        return Problem("this is neither a folder nor a name on the hub, which is owner/model")
    if isinstance(error, OfflineModeIsEnabled):
        return Problem("HF_HUB_OFFLINE is set, and not all of its files are in the client's cache", True)
    if isinstance(error, httpx2.HTTPError | httpx2.InvalidURL):
        return Problem(f"{endpoint} cannot be reached ({_line(error)})", True)
    if isinstance(error, OSError) and error.strerror:  # the client's own errors of this kind have none
        where = f"{error.filename}: " if error.filename else ""
        return Problem(f"the client's cache cannot be written ({where}{error.strerror})")
    return None


def _answered(error: HfHubHTTPError, name: str, endpoint: str) -> Problem:
    """What the hub's refusal means."""
    status = error.response.status_code
    if isinstance(error, GatedRepoError):
        return Problem(
            f"it is given only to those who accepted its conditions: accept them on {PAGES}/{name}, "
            f"then set HF_TOKEN to a token of the same account, from {_TOKENS}",
            True,
        )
    if isinstance(error, RevisionNotFoundError):
        return Problem("the hub has the model, but not this revision of it")
    if status == HTTPStatus.UNAUTHORIZED and "invalid credentials" in str(error).lower():
        return Problem(f"{endpoint} does not know the token in HF_TOKEN; {_TOKENS} makes one")
    if isinstance(error, RepositoryNotFoundError) or status in {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.NOT_FOUND,
    }:
        return Problem(f"there is no such folder, and no such model on {endpoint}, or it is a private one")
    said = f": {error.server_message.splitlines()[0]}" if error.server_message else ""
    return Problem(f"{endpoint} answers {status}{said}", True)


def _line(error: BaseException) -> str:
    """The first line of what an error says, or what it is."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
