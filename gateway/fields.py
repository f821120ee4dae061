"""Values given as text (query, path, form) to the JSON that the contract wants."""

import re
from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from gateway.jsonproto import MAX_PATH, field_of, is_map, is_plain_message, type_of
from meshkit.errors import InvalidInput

_BOOLEANS = {"true": True, "false": False}
_NUMBER = re.compile(r"-?[0-9]{1,10}")  # of an enum's value: 32 bits


def gather(pairs: Iterable[tuple[str, str]], kind: Descriptor) -> dict[str, Any]:
    """Builds a JSON object from dotted names, such as `options.min_confidence=0.7` and `labels=dog&labels=cat`.

    Raises InvalidInput (UNKNOWN_FIELD, REPEATED_FIELD, WRONG_TYPE) naming the field.
    """
    payload: dict[str, Any] = {}
    for name, text in pairs:
        put(payload, kind, name, text)
    return payload


def put(payload: dict[str, Any], kind: Descriptor, name: str, text: str) -> None:
    """Puts one value where its dotted name points."""
    *parents, last = name.split(".")
    at = payload
    for parent in parents:
        field = _known(kind, parent, name)
        if is_map(field) and parent == parents[-1]:
            at.setdefault(field.name, {})[last] = text
            return
        if not is_plain_message(field) or field.is_repeated:
            raise no_such_field(name)
        at, kind = at.setdefault(field.name, {}), type_of(field)
        if not isinstance(at, dict):
            raise no_such_field(name)
    _store(at, _known(kind, last, name), name, text)


def _store(at: dict[str, Any], field: FieldDescriptor, name: str, text: str) -> None:
    value = _value(field, name, text)
    if is_map(field) or is_plain_message(field):
        raise no_such_field(name)
    if field.is_repeated:
        at.setdefault(field.name, []).append(value)
        return
    if field.name in at:
        raise InvalidInput(f"{name}: given more than once.", field=name, reason="REPEATED_FIELD")
    at[field.name] = value


def _value(field: FieldDescriptor, name: str, text: str) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        if text.lower() not in _BOOLEANS:
            raise InvalidInput(f"{name}: must be true or false.", field=name, reason="WRONG_TYPE")
        return _BOOLEANS[text.lower()]
    if field.enum_type is not None and _NUMBER.fullmatch(text):
        return int(text)
    return text


def _known(kind: Descriptor, part: str, name: str) -> FieldDescriptor:
    field = field_of(kind, part)
    if field is None:
        raise no_such_field(name)
    return field


def no_such_field(name: str, hint: str = "") -> InvalidInput:
    """The refusal of a name that no field has."""
    name = name[:MAX_PATH]
    return InvalidInput(f"{name}: there is no such field.{hint}", field=name, reason="UNKNOWN_FIELD")
