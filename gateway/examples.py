"""Requests that work as they stand, for the documentation page: made from the contracts by one rule.

An example has what a request must have and no more: its required fields, and of a oneof that must be set the first
member. Swagger UI writes examples into its form; a field without one it fills with the word `string`, so that fields
to be left out have empty examples.
"""

import base64
from collections.abc import Set
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from buf.validate import validate_pb2
from gateway.jsonproto import is_map, is_plain_message, type_of
from gateway.schemas import barred, is_required

SAMPLES = Path(__file__).parent / "samples"
TEXT = "My lazy dog sleeps all day!"
# By a field's name, or by its full name where that alone would mislead.
WORDS = {
    "text": TEXT,
    "texts": TEXT,
    "language": "en",
    "target_language": "hi",
    "sutradhar.translator.v1.TransliterateRequest.texts": "नमस्ते",
    "sutradhar.translator.v1.TransliterateRequest.target": "ta",
}
# What a rule over the whole message asks for.
ALSO = {"sutradhar.video.v1.CreateVideoRequest": "image"}
CLIPS = ("video", "clip")
# The bodies of the pet-roast dialect, by the names of their models.
DIALECT: dict[str, dict[str, Any]] = {
    "TranslateText": {"text": TEXT, "target_language": "hi"},
    "GenerateVideo": {"text": TEXT, "image_url": "https://example.org/dog.jpg"},
    "RevidReport": {"job_id": "string", "status": "completed"},
}


def of_request(kind: Descriptor, skip: Set[str] = frozenset()) -> dict[str, Any]:
    """The JSON of an example; `skip` names fields that the path fills."""
    return {
        field.json_name: _value(field) for field in kind.fields if field.name not in skip and is_chosen(field)
    }


def is_chosen(field: FieldDescriptor) -> bool:
    """True for the fields that an example has."""
    kind, oneof = field.containing_type, field.containing_oneof
    if kind is not None and ALSO.get(kind.full_name) == field.name:
        return True
    if oneof is not None and oneof.GetOptions().Extensions[validate_pb2.oneof].required:
        return bool(oneof.fields[0].name == field.name)
    return is_required(field)


def prefill(field: FieldDescriptor, chosen: bool) -> dict[str, Any]:
    """The part of a form field's schema that says what the page writes into it."""
    if field.enum_type is not None and not chosen:
        return {}  # the page takes the first value, which is that of nothing said
    if chosen:
        return {"examples": [_value(field)]}
    if field.is_repeated:
        return {"examples": [[]]}
    return {"examples": [False if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else ""]}


def _value(field: FieldDescriptor) -> Any:
    return [_single(field)] if field.is_repeated and not is_map(field) else _single(field)


def _single(field: FieldDescriptor) -> Any:
    if is_plain_message(field):
        return of_request(type_of(field))
    if field.enum_type is not None:
        return next(value.name for value in field.enum_type.values if value.number not in barred(field))
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _base64("dog.mp4" if field.name in CLIPS else "dog.jpg")
    return WORDS.get(field.full_name) or WORDS[field.name]


def _base64(name: str) -> str:
    return base64.b64encode((SAMPLES / name).read_bytes()).decode()
