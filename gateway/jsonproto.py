"""JSON from strangers to messages and back, by the protobuf JSON mapping, naming the field at fault.

Spec: https://protobuf.dev/programming-guides/json/ . Input may use either spelling of a field name (`jobId`, `job_id`);
output has the mapping's own (`jobId`) and shows every field without presence.
"""

import json
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from meshkit.errors import InvalidInput

MAX_DEPTH = 32
MAX_VALUES = 100_000  # no good request has a tenth of them; each one costs time to check
# Looked at before parsing, which takes long for many small values. Texts may hold commas: 256 of 2,000 characters.
MAX_COMMAS = 1_000_000
MAX_PATH = 200  # characters of a field's name that an answer repeats
_EXPECTED = {
    FieldDescriptor.CPPTYPE_INT32: "a whole number",
    FieldDescriptor.CPPTYPE_INT64: "a whole number",
    FieldDescriptor.CPPTYPE_UINT32: "a whole number of at least 0",
    FieldDescriptor.CPPTYPE_UINT64: "a whole number of at least 0",
    FieldDescriptor.CPPTYPE_DOUBLE: "a number",
    FieldDescriptor.CPPTYPE_FLOAT: "a number",
    FieldDescriptor.CPPTYPE_BOOL: "true or false",
    FieldDescriptor.CPPTYPE_STRING: "a string",
}


def decode(body: bytes) -> dict[str, Any]:
    """Parses a JSON object; nothing that JSON does not have (NaN, doubled keys) gets through.

    Raises InvalidInput (MALFORMED_JSON).
    """
    if body.count(b"[") + body.count(b"{") > MAX_VALUES or body.count(b",") > MAX_COMMAS:
        raise _malformed("The body has too many values.")
    try:
        value = json.loads(body, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _malformed("The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise _malformed("The body must be a JSON object.")
    _check_shape(value)
    return value


def encode(message: Message) -> dict[str, Any]:
    """A message as a JSON object."""
    return json_format.MessageToDict(message, always_print_fields_with_no_presence=True)


def write(message: Message) -> str:
    """A message as JSON text."""
    return json.dumps(encode(message), ensure_ascii=False)


def to_message(payload: dict[str, Any], kind: Descriptor) -> Message:
    """Builds a message from a JSON object.

    Raises InvalidInput naming the field: UNKNOWN_FIELD or WRONG_TYPE.
    """
    message = GetMessageClass(kind)()
    if not _parses(payload, message):
        raise _fault(payload, kind, "")
    return message


def field_of(kind: Descriptor, name: str) -> FieldDescriptor | None:
    """The field of a name in either spelling."""
    found = kind.fields_by_name.get(name) or kind.fields_by_camelcase_name.get(name)
    return found or next((field for field in kind.fields if field.json_name == name), None)


def type_of(field: FieldDescriptor) -> Descriptor:
    """The message type of a field that is known to have one."""
    if field.message_type is None:
        raise TypeError(f"{field.full_name} is no message")
    return field.message_type


def is_map(field: FieldDescriptor) -> bool:
    """True for `map<...>` fields."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_plain_message(field: FieldDescriptor) -> bool:
    """True for fields of our own message types: no maps, no well-known types with a JSON form of their own."""
    kind = field.message_type
    return kind is not None and not is_map(field) and not kind.full_name.startswith("google.protobuf.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, _ in pairs:
        name.encode()  # half a surrogate pair is no text, and no name of a field
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("doubled key")
    return result


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _malformed(message: str) -> InvalidInput:
    return InvalidInput(message, reason="MALFORMED_JSON")


def _check_shape(value: Any) -> None:
    """Bounds depth and number, level by level."""
    level, seen = [value], 0
    for _ in range(MAX_DEPTH):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
        seen += len(level)
        if seen > MAX_VALUES:
            raise _malformed(f"The body has more than {MAX_VALUES} values.")
        if not level:
            return
    raise _malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")


def _parses(payload: dict[str, Any], message: Message) -> bool:
    try:
        json_format.ParseDict(payload, message)
    except (json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError):
        return False
    return True


def _fault(payload: Any, kind: Descriptor, path: str) -> InvalidInput:
    """Finds the field that keeps an object from parsing: by its name, its shape, or by trying it alone."""
    if not isinstance(payload, dict):
        return _wrong(path, "an object")
    for name, value in payload.items():
        where = (f"{path}.{name}" if path else name)[:MAX_PATH]
        field = field_of(kind, name)
        if field is None:
            return InvalidInput(f"{where}: there is no such field.", field=where, reason="UNKNOWN_FIELD")
        if not _parses({name: value}, GetMessageClass(kind)()):
            return _field_fault(value, field, where)
    return InvalidInput(
        f"{path or 'request'}: these fields exclude each other, or one is given twice.",
        field=path or "request",
        reason="CONFLICTING_FIELDS",
    )


def _field_fault(value: Any, field: FieldDescriptor, where: str) -> InvalidInput:
    if is_map(field):
        return _wrong(where, "an object of simple values")
    if field.is_repeated:
        if not isinstance(value, list):
            return _wrong(where, "a list")
        index = _first_bad(value, field)
        return _item_fault(value[index], field, f"{where}[{index}]")
    return _item_fault(value, field, where)


def _first_bad(items: list[Any], field: FieldDescriptor) -> int:
    """The place of the first item that keeps a list from parsing, by halving: a list may be long."""
    good, bad = 0, len(items)
    while bad - good > 1:
        middle = (good + bad) // 2
        if _parses({field.name: items[good:middle]}, GetMessageClass(_container(field))()):
            good = middle
        else:
            bad = middle
    return good


def _item_fault(value: Any, field: FieldDescriptor, where: str) -> InvalidInput:
    if is_plain_message(field):
        return _fault(value, type_of(field), where)
    return _wrong(where, expected(field))


def _container(field: FieldDescriptor) -> Descriptor:
    if field.containing_type is None:
        raise TypeError(f"{field.full_name} is an extension")
    return field.containing_type


def expected(field: FieldDescriptor) -> str:
    """What a field's value should be, in words."""
    if field.message_type is not None:
        return f"a {field.message_type.name.lower()}"
    if field.enum_type is not None:
        return "one of " + ", ".join(value.name for value in field.enum_type.values)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return "base64"
    return _EXPECTED[field.cpp_type]


def _wrong(where: str, what: str) -> InvalidInput:
    return InvalidInput(
        f"{where or 'request'}: must be {what}.", field=where or "request", reason="WRONG_TYPE"
    )
