"""The routes that no contract describes: the pet-roast dialect and the gateway's own."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.examples import DIALECT
from gateway.routes import pet_roast_models as models

Operation = dict[str, Any]
_ALL = (
    models.TranslateText,
    models.TranslatedText,
    models.GenerateVideo,
    models.Accepted,
    models.VideoStatus,
    models.VideoOutcome,
    models.FilterList,
    models.RevidReport,
    models.Ok,
)
_PREFIX = "roast."
# 3.1 says a file by its media type; the older `format` is what documentation pages look for.
FILE = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
_MALFORMED = {"422": "The body is malformed; `detail` lists the faults."}
_SIGNATURE = {
    "name": "X-Revid-Signature",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "description": "Hex HMAC-SHA256 of the body with the shared secret.",
}
_SUBJECT_REFUSED = {
    "400": "No pet in the photo or clip, or a file, address, language or filter that is refused.",
    "413": "The photo is larger than 10 MiB, or the clip larger than 32 MiB.",
    "415": "The file is neither a JPEG, PNG or WebP picture nor an MP4, WebM or MOV clip, or was sent as another type.",
    "429": "Too many requests, uploads or clips at once; `Retry-After` says when to come back.",
}
_IMAGE = "A photo (JPEG, PNG, WebP; 10 MiB at most) or a clip (MP4, WebM, MOV; 32 MiB at most), told by its content."
_VIDEO = "The same as `image`. Exactly one of `image`, `video` and `image_url` is given."
_JOB = {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}


def dialect_schemas() -> dict[str, Any]:
    """The schemas of the dialect's bodies."""
    pairs: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in _ALL]
    _, schema = models_json_schema(
        pairs, ref_template=f"#/components/schemas/{_PREFIX}{{model}}", by_alias=False
    )
    return {_PREFIX + name: one for name, one in schema["$defs"].items()}


def dialect_paths() -> dict[str, dict[str, Operation]]:
    """The dialect's routes."""
    paths = _dialect()
    for path, item in paths.items():
        for operation in item.values():
            operation["operationId"] = "petRoast_" + path.split("/")[2].replace("-", "_")
    return paths


def _dialect() -> dict[str, dict[str, Operation]]:
    return {
        "/api/translate-text": {
            "post": _roast(
                "Translate a text", models.TranslatedText, _body(models.TranslateText), errors=_MALFORMED
            )
        },
        "/api/generate-video": {
            "post": _roast(
                "Generate a video",
                models.Accepted,
                _body(models.GenerateVideo, form=True),
                status="202",
                errors=_MALFORMED | _SUBJECT_REFUSED,
            )
        },
        "/api/video-status/{job_id}": {
            "get": _roast("Where a video stands", models.VideoStatus, parameters=[_JOB], errors=_missing())
        },
        "/api/video-result/{job_id}": {
            "get": _roast(
                "The finished video",
                models.VideoOutcome,
                parameters=[_JOB],
                errors=_missing() | {"409": "Video still processing."},
            )
        },
        "/api/banuba-filters": {"get": _roast("The filters", models.FilterList)},
        "/api/revid-webhook": {
            "post": _roast(
                "A signed report of an outside engine",
                models.Ok,
                _body(models.RevidReport),
                parameters=[_SIGNATURE],
                errors=_missing() | _MALFORMED | {"401": "Invalid signature."},
            )
        },
    }


def own_paths() -> dict[str, dict[str, Operation]]:
    """Health, metrics and files."""
    text = {"text/plain": {"schema": {"type": "string"}}}
    anything = {"application/json": {"schema": {"type": "object"}}}
    return {
        "/healthz": {"get": _own("The process lives", anything)},
        "/readyz": {"get": _own("Every service serves", anything, {"503": {"description": "Who is away."}})},
        "/metrics": {"get": _own("Prometheus metrics", text)},
        "/media/{key}": {
            "get": _own(
                "A file, by signed link",
                {"application/octet-stream": {}},
                {
                    "206": {"description": "A range of the file."},
                    "416": {"description": "The range lies outside the file."},
                },
            )
            | {
                "parameters": [
                    {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "expires", "in": "query", "required": True, "schema": {"type": "string"}},
                    {"name": "signature", "in": "query", "required": True, "schema": {"type": "string"}},
                    {"name": "Range", "in": "header", "schema": {"type": "string"}},
                ]
            }
        },
    }


def _missing() -> dict[str, str]:
    return {"404": "Job ID not found."}


def _schema(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_PREFIX}{model.__name__}"}


def _body(model: type[BaseModel], form: bool = False) -> Operation:
    example = DIALECT[model.__name__]
    content: dict[str, Any] = {"application/json": {"schema": _schema(model), "example": example}}
    if form:  # first, so that the documentation page offers it first
        given = {"text": example["text"]}
        content = {"multipart/form-data": {"schema": _form(model, given), "example": given}} | content
    return {"required": True, "content": content}


def _form(model: type[BaseModel], given: dict[str, Any]) -> dict[str, Any]:
    """The model as a form: the photo or clip is a file, and what is not given stays empty."""
    schema = model.model_json_schema(by_alias=False)["properties"]
    files = {"image": FILE | {"description": _IMAGE}, "video": FILE | {"description": _VIDEO}}
    values = {name: _text(one) | {"examples": [given.get(name, "")]} for name, one in schema.items()}
    return {"type": "object", "properties": files | values, "required": ["text"]}


def _text(schema: dict[str, Any]) -> dict[str, Any]:
    """A field's schema without `null`, which no form can say."""
    said = {word: value for word, value in schema.items() if word not in ("anyOf", "default")}
    return said | next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), {})


def _roast(
    summary: str,
    answer: type[BaseModel],
    body: Operation | None = None,
    *,
    status: str = "200",
    parameters: list[dict[str, Any]] | None = None,
    errors: dict[str, str] | None = None,
) -> Operation:
    responses: dict[str, Any] = {
        status: {"description": "The answer.", "content": {"application/json": {"schema": _schema(answer)}}},
        "default": {"$ref": "#/components/responses/Problem"},
    }
    responses |= {code: {"description": text} for code, text in (errors or {}).items()}
    operation: Operation = {"tags": ["pet roast"], "summary": summary, "responses": responses}
    if body is not None:
        operation["requestBody"] = body
    if parameters:
        operation["parameters"] = parameters
    return operation


def _own(summary: str, content: dict[str, Any], more: dict[str, Any] | None = None) -> Operation:
    answers = {"200": {"description": "The answer.", "content": content}} | (more or {})
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    return {"tags": ["gateway"], "summary": summary, "responses": answers}
