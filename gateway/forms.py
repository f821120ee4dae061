"""Forms by the contracts: which parts a request has, which of them are files, and where the files go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from gateway import bodies
from gateway.fields import no_such_field
from gateway.jsonproto import field_of, is_map, is_plain_message, type_of
from gateway.media import check_declared
from meshkit.errors import InvalidInput, MeshError, UnsupportedMedia


@dataclass(frozen=True)
class Part:
    """A part that a form may have: its dotted name in the contract's words and in JSON's, and its field.

    `many` is true for a file of a list of messages: the part repeated is the list.
    """

    name: str
    json_name: str
    field: FieldDescriptor
    many: bool = False

    @property
    def is_file(self) -> bool:
        """True where a file belongs."""
        return self.field.type == FieldDescriptor.TYPE_BYTES


def parts(kind: Descriptor, name: str = "", json_name: str = "", many: bool = False) -> Iterator[Part]:
    """Every part of a form that fills a request of this type, in the contract's order; not those of maps."""
    for field in kind.fields:
        names = f"{name}{field.name}", f"{json_name}{field.json_name}"
        if is_plain_message(field) and not (many and field.is_repeated):
            inner = many or field.is_repeated
            yield from parts(type_of(field), f"{names[0]}.", f"{names[1]}.", inner)
        elif not is_plain_message(field) and not is_map(field):
            one = Part(*names, field, many)
            if (not many or one.is_file) and not (one.is_file and field.is_repeated):
                yield one


class FileRules:
    """What `bodies.read_form` asks about the parts of a form for one type of request."""

    def __init__(self, kind: Descriptor) -> None:
        self._kind = kind
        self._names = ", ".join(part.name for part in parts(kind))
        self._files = {
            name: part for part in parts(kind) if part.is_file for name in (part.name, part.json_name)
        }

    def limit(self, name: str) -> int | None:
        """The most bytes of a file; None where no file belongs."""
        part = self._files.get(name)
        return bodies.field_bytes(part.field) if part is not None else None

    def repeats(self, name: str) -> bool:
        """True where several files may come."""
        return self._files[name].many

    def unplaced(self, name: str) -> None:
        """Looks at the name of a file for which there is no place, or of an empty text: it may be that of a text.

        Raises InvalidInput (UNKNOWN_FIELD) when nothing has that name.
        """
        if not _takes_text(self._kind, name):
            raise no_such_field(name, f" The form's fields are {self._names}.")

    def put(self, message: Message, files: Iterable[bodies.FilePart]) -> dict[int, MeshError]:
        """Puts files where they belong, and says by their places which of a list are refused.

        Raises InvalidInput (CONFLICTING_FIELDS, FILE_EMPTY), UnsupportedMedia (as check_declared) for single files.
        """
        refused: dict[int, MeshError] = {}
        places: dict[str, int] = {}
        for file in files:
            part = self._files[file.name]
            try:
                _check(file, part.field.name if part.many else file.name)
            except (InvalidInput, UnsupportedMedia) as error:
                if not part.many:
                    raise
                refused[places.get(part.name, 0)] = error
            places[part.name] = places.get(part.name, 0) + 1
            _put(message, part, file)
        return refused


def _takes_text(kind: Descriptor, name: str) -> bool:
    """True when a dotted name is that of a simple value, or of an entry of a map."""
    *parents, last = name.split(".")
    for parent in parents:
        field = field_of(kind, parent)
        if field is not None and is_map(field):
            return parent == parents[-1]
        if field is None or not is_plain_message(field) or field.is_repeated:
            return False
        kind = type_of(field)
    found = field_of(kind, last)
    return found is not None and not is_plain_message(found) and not is_map(found)


def _check(file: bodies.FilePart, field: str) -> None:
    if not file.data:
        raise empty_file(field)
    check_declared(file.data, file.content_type, field=field)


def empty_file(field: str) -> InvalidInput:
    """The refusal of a file without a byte."""
    return InvalidInput(f"{field}: the file is empty.", field=field, reason="FILE_EMPTY")


def _put(message: Message, part: Part, file: bodies.FilePart) -> None:
    """Puts a file where its dotted name points; every file of a list is an item of its own."""
    at: Any = message
    *parents, last = part.name.split(".")
    for parent in parents:
        at = getattr(at, parent)
        at = at.add() if hasattr(at, "add") else at
    oneof = part.field.containing_oneof
    if oneof is not None and at.WhichOneof(oneof.name):
        raise InvalidInput(f"{file.name}: given in two ways.", field=file.name, reason="CONFLICTING_FIELDS")
    setattr(at, last, file.data)
