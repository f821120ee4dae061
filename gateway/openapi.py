"""The OpenAPI 3.1 document: canonical routes from the contracts, and the dialect's from its models."""

from typing import Any

from google.protobuf.descriptor import Descriptor

from gateway import bodies, clients, examples
from gateway.comments import comments
from gateway.forms import parts
from gateway.jsonproto import is_map, is_plain_message, type_of
from gateway.openapi_extra import FILE, dialect_paths, dialect_schemas, own_paths
from gateway.problem import PROBLEM_JSON
from gateway.rules import Rule, rules
from gateway.schemas import Schema, Schemas, is_required

VERSION = "0.1.0"
ABOUT = """Sutradhar finds the pet in a photo or clip, speaks any of 13 languages, and returns a narrated, subtitled
video.

Routes under `/v1` are the mesh's own contracts; `/api` holds the routes of the pet-roast app. Answers to errors are
problem documents (RFC 9457) with a `reason` for programs; they name fields as the contracts do (`job_id`). Answers of
`/v1` have protobuf's JSON names (`jobId`); requests may use either. A picture may be sent as base64 `data`, as a `uri`
that is fetched, or as the file `image.data` of a form; a clip as base64, or as the file `clip` of a form."""


def document() -> dict[str, Any]:
    """The whole document."""
    schemas, paths = Schemas(), dict[str, dict[str, Any]]()
    for rule in rules(clients.methods()):
        paths.setdefault(rule.plain_path, {})[rule.verb.lower()] = operation(rule, schemas)
    for extra in (dialect_paths(), own_paths()):
        for path, operations in extra.items():
            paths.setdefault(path, {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sutradhar",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],  # wherever the document itself was got from
        "tags": _tags(),
        "paths": paths,
        "components": {
            "schemas": schemas.components | dialect_schemas() | {"Problem": PROBLEM},
            "responses": {"Problem": PROBLEM_RESPONSE},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def operation(rule: Rule, schemas: Schemas) -> dict[str, Any]:
    """One route of one method."""
    text = comments().get(rule.method.full_name, "")
    found: dict[str, Any] = {
        "operationId": f"{rule.method.containing_service.name}_{rule.method.name}",
        "tags": [clients.owner(rule.method)],
        "summary": _words(rule.method.name),
        "description": text + ("\n\nNeeds an administrator's key." if rule.admin else ""),
        "responses": _responses(rule, schemas),
    }
    parameters = _path_parameters(rule, schemas)
    if not rule.body:
        parameters += _query(rule.request, schemas, skip=set(rule.variables))
    if rule.streams and "after_event_id" in rule.request.fields_by_name:
        parameters.append(_parameter("Last-Event-ID", "header", {"type": "string"}, "As `afterEventId`."))
    if parameters:
        found["parameters"] = parameters
    if rule.body:
        found["requestBody"] = _request_body(rule, schemas)
    if rule.admin:
        found["security"] = [{"bearer": []}, {"key": []}]
    return found


def _tags() -> list[dict[str, str]]:
    known = comments()
    own = [
        {
            "name": service.name,
            "description": " ".join(known.get(one.full_name, "") for one in service.descriptors()),
        }
        for service in clients.SERVICES
    ]
    return [
        *own,
        {"name": "pet roast", "description": "The routes that the pet-roast app uses."},
        {"name": "gateway"},
    ]


def _words(name: str) -> str:
    """`DetectBatch` as `Detect batch`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return spaced[:1].upper() + spaced[1:]


def _responses(rule: Rule, schemas: Schemas) -> dict[str, Any]:
    answer = schemas.reference(rule.method.output_type)
    if rule.streams:
        content = {"text/event-stream": {"schema": _event(answer)}}
        text = "Server-sent events: `message` with the data shown, `error` with a problem document."
    else:
        content, text = {"application/json": {"schema": answer}}, "The answer."
    return {
        "200": {"description": text, "content": content},
        "default": {"$ref": "#/components/responses/Problem"},
    }


def _event(answer: Schema) -> Schema:
    """One event; its data is JSON in text."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": answer}
    names = {"type": "string", "enum": ["message", "error"]}
    return {"type": "object", "properties": {"id": {"type": "string"}, "event": names, "data": data}}


def _path_parameters(rule: Rule, schemas: Schemas) -> list[dict[str, Any]]:
    return [
        _parameter(name, "path", schemas.field(rule.request.fields_by_name[name]), "") | {"required": True}
        for name in rule.variables
    ]


def _query(kind: Descriptor, schemas: Schemas, skip: set[str], prefix: str = "") -> list[dict[str, Any]]:
    """Every field that a query may fill, nested ones by dotted name."""
    found: list[dict[str, Any]] = []
    for field in kind.fields:
        if field.name in skip or is_map(field):
            continue
        if not is_plain_message(field):
            found.append(_parameter(prefix + field.json_name, "query", schemas.field(field), ""))
        elif not field.is_repeated:
            found += _query(type_of(field), schemas, set(), f"{prefix}{field.json_name}.")
    return found


def _parameter(name: str, place: str, schema: Schema, description: str) -> dict[str, Any]:
    text = description or schema.get("description", "")
    bare = {word: value for word, value in schema.items() if word != "description"}
    return {"name": name, "in": place, "schema": bare} | ({"description": text} if text else {})


def _request_body(rule: Rule, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.reference(rule.request)
    if rule.variables:
        schema = _without(schemas, rule)
    example = examples.of_request(rule.request, skip=set(rule.variables))
    content: dict[str, Any] = {"application/json": {"schema": schema, "example": example}}
    if bodies.file_bytes(rule.request):  # first, so that the documentation page offers a file chooser
        content = {"multipart/form-data": _form(rule.request, schemas)} | content
    return {"required": any(map(is_required, rule.request.fields)), "content": content}


def _without(schemas: Schemas, rule: Rule) -> Schema:
    """The request without the fields that its path fills."""
    schema = schemas.components[rule.request.full_name.removeprefix("sutradhar.")]
    given = {rule.request.fields_by_name[name].json_name for name in rule.variables}
    properties = {name: one for name, one in schema["properties"].items() if name not in given}
    required = [name for name in schema.get("required", ()) if name not in given]
    return schema | {"properties": properties, "required": required}


def _form(kind: Descriptor, schemas: Schemas) -> dict[str, Any]:
    """The request as a form: its files before all else, each part with what the page writes into it."""
    files, values, example = dict[str, Schema](), dict[str, Schema](), dict[str, Any]()
    for part in parts(kind):
        if part.is_file:
            # The example of a list is one chooser with nothing in it.
            many: Schema = {"type": "array", "items": FILE, "examples": [[""]]}
            files[part.json_name] = many if part.many else dict(FILE)
            continue
        chosen = examples.is_chosen(part.field)
        filled = examples.prefill(part.field, chosen)
        values[part.json_name] = schemas.field(part.field) | filled
        if chosen:
            example[part.json_name] = filled["examples"][0]
    return {"schema": {"type": "object", "properties": files | values}, "example": example}


PROBLEM: Schema = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "reason"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "instance": {"type": "string", "description": "The request's id, as in the logs."},
        "reason": {"type": "string", "description": "A stable word for programs."},
        "field": {"type": "string", "description": "The first field at fault."},
        "violations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "description": {"type": "string"}},
            },
        },
        "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
PROBLEM_RESPONSE = {
    "description": "What went wrong.",
    "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
