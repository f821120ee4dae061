"""Errors in the words of the pet-roast dialect.

`detail` is what its clients have always read; the members of a problem document stand beside it, except in the one
body that is fixed to the letter.
"""

import re
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from gateway import problem
from gateway.bodies import is_form
from meshkit.errors import (
    FieldViolation,
    InvalidInput,
    MeshError,
    NotFound,
    ProviderError,
)

M = TypeVar("M", bound=BaseModel)

# The field that the photo or clip of a request came in, once that is known.
SUBJECT = web.RequestKey("subject", str)
UNPROCESSABLE = "UNPROCESSABLE_BODY"
NO_PETS = {
    "detail": {
        "error": "no_pets_detected",
        "message": "No pets found in the uploaded image. Please upload an image or video containing pets "
        "(dogs, cats, birds, etc.) to generate a roast video.",
        "suggestion": "Try uploading a clear photo or video of your pet.",
    }
}
JOB_NOT_FOUND = "Job ID not found"
PROVIDER_FAILED = "AI4Bharat/Revid error"
RENAMED = {
    "voice_gender": "voice",
    "texts": "text",
    "request_id": "Idempotency-Key",
    "video_uri": "video_url",
}


def parse(kind: type[M], payload: dict[str, Any]) -> M:
    """Checks a body; raises InvalidInput (UNPROCESSABLE_BODY) with every fault and its kind."""
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
    raise unprocessable(
        *((".".join(map(str, fault["loc"])), fault["msg"], fault["type"]) for fault in faults)
    )


def unprocessable(*faults: tuple[str, str, str]) -> InvalidInput:
    """A refusal of a body: for each fault its field, what is wrong, and a word for that."""
    return InvalidInput(
        "The body is not as it should be.",
        reason=UNPROCESSABLE,
        violations=[FieldViolation(field, what) for field, what, _ in faults],
        metadata={field: kind for field, _, kind in faults},
    )


def render(request: web.Request, error: MeshError) -> web.Response:
    """An error in the dialect's form."""
    if error.reason == "NO_PETS_DETECTED":
        return web.json_response(NO_PETS, status=400)
    if error.reason in (UNPROCESSABLE, "MALFORMED_JSON", "MALFORMED_FORM"):
        return web.json_response(_malformed(error), status=422)
    if isinstance(error, InvalidInput) and error.field == "job_id":
        error = NotFound(JOB_NOT_FOUND)
    body = problem.problem(error)
    _rename(body, request.get(SUBJECT) or ("image" if is_form(request) else "image_url"))
    if isinstance(error, NotFound):
        body["detail"] = JOB_NOT_FOUND
    if isinstance(error, ProviderError):
        body["detail"] = PROVIDER_FAILED
    return web.json_response(body, status=error.http_status, headers=problem.headers(error))


def _malformed(error: MeshError) -> dict[str, Any]:
    """The shape that FastAPI gives a malformed body: `detail` lists the faults."""
    faults = [
        {"loc": ["body", *field.split(".")], "msg": what, "type": error.metadata.get(field, "value_error")}
        for field, what in error.violations
    ]
    whole = {"loc": ["body"], "msg": error.message, "type": error.reason.lower()}
    body = problem.problem(error) | {"title": problem.title(422), "status": 422, "detail": faults or [whole]}
    body.pop("metadata", None)
    return body


def _rename(body: dict[str, Any], subject: str) -> None:
    """Puts the dialect's names where the contract's stand."""
    old = body.get("field")
    if old is None:
        return
    body["field"] = dialect_field(old, subject)
    for violation in body["violations"]:
        before, after = violation["field"], dialect_field(violation["field"], subject)
        violation["field"] = after
        violation["description"] = violation["description"].replace(f"{before}:", f"{after}:")
        body["detail"] = body["detail"].replace(f"{before}:", f"{after}:")


def dialect_field(path: str, subject: str) -> str:
    """`options.filter_id` is `filter_id` here, and the photo or clip is what it was sent as."""
    head, *_ = name = re.sub(r"\[\d+\]", "", path).removeprefix("options.").split(".")
    if head in ("image", "clip"):
        return subject
    return RENAMED.get(".".join(name), ".".join(name))
