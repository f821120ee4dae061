"""JSON Schema (2020-12, as OpenAPI 3.1 uses it) of messages, with the limits of their protovalidate rules."""

from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from buf.validate import validate_pb2
from gateway.comments import comments
from gateway.jsonproto import is_map, type_of

Schema = dict[str, Any]

_CPP = FieldDescriptor
_INTEGER_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}
_SCALARS: dict[int, Schema] = {
    _CPP.CPPTYPE_INT32: {"type": "integer", "format": "int32"},
    _CPP.CPPTYPE_UINT32: {"type": "integer", "format": "uint32", "minimum": 0},
    # The JSON mapping writes 64-bit numbers as strings, because JavaScript cannot hold them.
    _CPP.CPPTYPE_INT64: {"type": "string", "format": "int64"},
    _CPP.CPPTYPE_UINT64: {"type": "string", "format": "uint64"},
    _CPP.CPPTYPE_DOUBLE: {"type": "number", "format": "double"},
    _CPP.CPPTYPE_FLOAT: {"type": "number", "format": "float"},
    _CPP.CPPTYPE_BOOL: {"type": "boolean"},
    _CPP.CPPTYPE_STRING: {"type": "string"},
}
_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Duration": {
        "type": "string",
        "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$",
        "examples": ["1.5s"],
    },
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Empty": {"type": "object"},
}
# Names of a rule's limits and of the schema's words for them.
_NUMBERS = {"gte": "minimum", "lte": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_STRINGS = {"min_len": "minLength", "max_len": "maxLength", "pattern": "pattern"}
_LISTS = {"min_items": "minItems", "max_items": "maxItems", "unique": "uniqueItems"}
_MAPS = {"min_pairs": "minProperties", "max_pairs": "maxProperties"}


class Schemas:
    """Collects the schemas of every type that is asked for, under `#/components/schemas/`."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def reference(self, kind: Descriptor | EnumDescriptor) -> Schema:
        """A reference to a type; its schema is added when it is new."""
        known = _WELL_KNOWN.get(kind.full_name)
        if known is not None:
            return dict(known)
        name = kind.full_name.removeprefix("sutradhar.")
        if name not in self.components:
            self.components[name] = {}  # first: a type may hold itself
            self.components[name] = _enum(kind) if isinstance(kind, EnumDescriptor) else self._message(kind)
        return {"$ref": f"#/components/schemas/{name}"}

    def _message(self, kind: Descriptor) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {field.json_name: self.field(field) for field in kind.fields},
            "additionalProperties": False,
        }
        required = [field.json_name for field in kind.fields if is_required(field)]
        return described(schema | ({"required": required} if required else {}), kind.full_name)

    def field(self, field: FieldDescriptor) -> Schema:
        """The schema of a field: type, limits, comment."""
        rules = field.GetOptions().Extensions[validate_pb2.field]
        if is_map(field):
            schema = self._map(field, rules)
        elif field.is_repeated:
            items = self._single(field)
            if rules.repeated.items.ignore != validate_pb2.IGNORE_ALWAYS:
                items |= _limits(field, rules.repeated.items)
            schema = {"type": "array", "items": items} | _named(rules.repeated, _LISTS)
        else:
            schema = self._single(field) | _limits(field, rules)
        return described(schema, field.full_name)

    def _map(self, field: FieldDescriptor, rules: validate_pb2.FieldRules) -> Schema:
        value = type_of(field).fields_by_name["value"]
        values = self._single(value) | _limits(value, rules.map.values)
        return {"type": "object", "additionalProperties": values} | _named(rules.map, _MAPS)

    def _single(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self.reference(field.message_type)
        if field.enum_type is not None:
            return self.reference(field.enum_type)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        return dict(_SCALARS[field.cpp_type])


def is_required(field: FieldDescriptor) -> bool:
    """True when a request without the field is refused."""
    rules = field.GetOptions().Extensions[validate_pb2.field]
    shortest = rules.string.min_len + rules.bytes.min_len + rules.repeated.min_items
    return (
        bool(rules.required or shortest or 0 in barred(field))
        and field.containing_oneof is None
        and not field.has_presence
    ) or bool(rules.required)


def barred(field: FieldDescriptor) -> set[int]:
    """The numbers of an enum that a field may not have."""
    return set(field.GetOptions().Extensions[validate_pb2.field].enum.not_in)


def described(schema: Schema, full_name: str) -> Schema:
    """The schema with the comment of what it describes."""
    text = comments().get(full_name)
    return schema | ({"description": text} if text else {})


def _enum(kind: EnumDescriptor) -> Schema:
    known = comments()
    lines = [known.get(kind.full_name, "")]
    scope = kind.full_name.rpartition(".")[0]
    for value in kind.values:
        text = known.get(f"{scope}.{value.name}")
        lines += [f"- {text}"] if text else []
    schema: Schema = {"type": "string", "enum": [value.name for value in kind.values]}
    description = "\n".join(line for line in lines if line)
    return schema | ({"description": description} if description else {})


def _limits(field: FieldDescriptor, rules: validate_pb2.FieldRules) -> Schema:
    kind = rules.WhichOneof("type")
    if kind is None:
        return {}
    if kind == "string":
        return _named(rules.string, _STRINGS)
    if kind == "bytes":
        # Four characters of base64 for every three bytes begun.
        longest = rules.bytes.max_len
        return {"maxLength": (longest + 2) // 3 * 4} if longest else {}
    if kind == "enum" and field.enum_type is not None:
        barred = {field.enum_type.values_by_number[number].name for number in rules.enum.not_in}
        return {"not": {"enum": sorted(barred)}} if barred else {}
    return _named(getattr(rules, kind), _NUMBERS)


def _named(rules: Any, names: dict[str, str]) -> Schema:
    """The limits that are set, under the schema's names."""
    given = {rule.name: value for rule, value in rules.ListFields()}
    return {word: _plain(given[name]) for name, word in names.items() if name in given}


def _plain(value: Any) -> Any:
    """A float32 limit as it was written (0.1, not 0.10000000149)."""
    return float(f"{value:.7g}") if isinstance(value, float) else value
