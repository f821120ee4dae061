"""The OpenAPI document says what the gateway does."""

from typing import Any

import pytest
from aiohttp import web
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway import clients
from gateway.openapi import document
from gateway.rules import rules
from tests.gateway.conftest import World

DOCUMENT = document()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the document."""
    return [(verb, path, one) for path, item in DOCUMENT["paths"].items() for verb, one in item.items()]


def test_it_is_valid() -> None:
    """The specification's own schema accepts it."""
    assert [] == list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors())


def test_every_operation_has_a_name_of_its_own() -> None:
    """Generators of clients need unique names."""
    names = [one["operationId"] for _, path, one in operations() if path.startswith(("/v1", "/api"))]

    assert len(names) == len(set(names))


def test_comments_are_there() -> None:
    """Every method, request and commented field is described in the contract's words."""
    for rule in rules(clients.methods()):
        described = DOCUMENT["paths"][rule.plain_path][rule.verb.lower()]["description"]

        assert described.startswith(rule.method.name)
    options = DOCUMENT["components"]["schemas"]["detector.v1.DetectOptions"]
    assert (
        "min_confidence drops weaker detections. Default 0.5."
        == options["properties"]["minConfidence"]["description"]
    )


def test_limits_are_there() -> None:
    """The rules of the contract are the limits of the schemas."""
    schemas = DOCUMENT["components"]["schemas"]
    confidence = schemas["detector.v1.DetectOptions"]["properties"]["minConfidence"]
    texts = schemas["translator.v1.TranslateRequest"]["properties"]["texts"]
    text = schemas["speech.v1.SynthesizeRequest"]["properties"]["text"]
    data = schemas["common.v1.Image"]["properties"]["data"]

    assert (0.05, 1.0) == (confidence["minimum"], confidence["maximum"])
    assert (1, 256) == (texts["minItems"], texts["maxItems"])
    assert (1, 2000) == (text["minLength"], text["maxLength"])
    assert ("base64", 13_981_016) == (data["contentEncoding"], data["maxLength"])
    assert ["text", "language"] == schemas["speech.v1.SynthesizeRequest"]["required"]
    assert ["texts", "targetLanguage"] == schemas["translator.v1.TranslateRequest"]["required"]


def test_streams_say_what_an_event_holds() -> None:
    """The data of an event has the schema of the stream's answers."""
    answer = DOCUMENT["paths"]["/v1/videos/{job_id}:watch"]["get"]["responses"]["200"]
    data = answer["content"]["text/event-stream"]["schema"]["properties"]["data"]

    assert {"$ref": "#/components/schemas/video.v1.WatchVideoResponse"} == data["contentSchema"]


def test_admin_methods_say_so() -> None:
    """What needs a key has a security requirement."""
    needing = {path for _, path, one in operations() if "security" in one}

    assert {"/v1/videos", "/v1/videos/{job_id}:report"} == needing


SAMPLES = {"job_id": "nope", "key": "jobs/nope"}


@pytest.mark.parametrize(
    ("verb", "path", "operation"), operations(), ids=[f"{v} {p}" for v, p, _ in operations()]
)
async def test_every_route_answers(world: World, verb: str, path: str, operation: dict[str, Any]) -> None:
    """Every documented route exists: an empty request gets a documented kind of answer, never a 404 of the router."""
    concrete = path
    for name, value in SAMPLES.items():
        concrete = concrete.replace("{" + name + "}", value)

    async with world.http.request(verb, concrete) as answer:
        text = await answer.text()

    assert answer.status < 500
    assert '"reason": "ROUTE_NOT_FOUND"' not in text


async def test_every_route_is_documented(world: World) -> None:
    """Every route of the application is in the document, but the documentation's own."""
    app: web.Application = world.app
    served = {
        (route.method.lower(), _plain(route.resource.canonical))
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    documented = {(verb, path) for verb, path, _ in operations()}

    assert {("get", path) for path in ("/", "/openapi.json", "/docs", "/docs/{name}")} == served - documented
    assert set() == documented - served


def _plain(template: str) -> str:
    return template
