"""The comments of the proto files, which generated code does not carry.

They are read from `gen/descriptors.binpb`, a FileDescriptorSet with source information that is generated together with
the code.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.message import DecodeError

from meshkit.log import get_logger
from meshkit.settings import ROOT

log = get_logger(__name__)
DESCRIPTORS = ROOT / "gen" / "descriptors.binpb"

# Field numbers of the descriptors' own messages, of which source paths are made (descriptor.proto).
MESSAGES, ENUMS, SERVICES = 4, 5, 6
NESTED, FIELDS, METHODS, VALUES = 3, 2, 2, 2


@cache
def comments(path: Path = DESCRIPTORS) -> dict[str, str]:
    """The comment of every commented element, by full name; empty (and logged) when the file is missing."""
    files = descriptor_pb2.FileDescriptorSet()
    try:
        files.ParseFromString(path.read_bytes())
    except (OSError, DecodeError):
        log.warning("proto comments are missing", path=path.name)
        return {}
    found: dict[str, str] = {}
    for file in files.file:
        places = {
            tuple(place.path): text
            for place in file.source_code_info.location
            if (text := _paragraphs(place.leading_comments))
        }
        found |= {name: places[where] for name, where in _names(file) if where in places}
    return found


def _names(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Full names and source paths of a file's elements."""
    for index, message in enumerate(file.message_type):
        yield from _message_names(message, file.package, (MESSAGES, index))
    for index, enum in enumerate(file.enum_type):
        yield from _enum_names(enum, file.package, (ENUMS, index))
    for index, service in enumerate(file.service):
        name, path = f"{file.package}.{service.name}", (SERVICES, index)
        yield name, path
        for number, method in enumerate(service.method):
            yield f"{name}.{method.name}", (*path, METHODS, number)


def _message_names(
    message: descriptor_pb2.DescriptorProto, scope: str, path: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    name = f"{scope}.{message.name}"
    yield name, path
    for index, field in enumerate(message.field):
        yield f"{name}.{field.name}", (*path, FIELDS, index)
    for index, nested in enumerate(message.nested_type):
        yield from _message_names(nested, name, (*path, NESTED, index))


def _enum_names(
    enum: descriptor_pb2.EnumDescriptorProto, scope: str, path: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{scope}.{enum.name}", path
    for index, value in enumerate(enum.value):
        # Values are siblings of their type (protobuf's scoping rule).
        yield f"{scope}.{value.name}", (*path, VALUES, index)


def _paragraphs(text: str) -> str:
    """A comment with its hand-made line breaks taken out."""
    blocks = text.strip().split("\n\n")
    return "\n\n".join(" ".join(line.strip() for line in block.splitlines()) for block in blocks)
