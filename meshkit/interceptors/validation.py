"""Checks every request against the rules in its proto."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import protovalidate
from google.protobuf.message import Message

from meshkit.errors import FieldViolation, InvalidInput
from meshkit.interceptors.around import AroundInterceptor, Call

_validator = protovalidate.Validator()


def validate(message: Message, prefix: str = "") -> None:
    """Checks one message against the protovalidate rules of its type.

    Raises:
        InvalidInput: naming every field at fault, each path starting with `prefix`.
    """
    found = [
        FieldViolation(prefix + _path(violation), violation.proto.message)
        for violation in _validator.collect_violations(message)
    ]
    if found:
        raise InvalidInput(
            "; ".join(f"{field or 'request'}: {what}" for field, what in found[:5]) + ".", violations=found
        )


def _path(violation: protovalidate.Violation) -> str:
    """The field's path in the usual notation: `options.labels[2]`."""
    field = violation.proto.field
    path = ""
    for element in field.elements if field is not None else ():
        path += f".{element.field_name}" if path else element.field_name
        if element.subscript is not None:
            path += f"[{element.subscript.value}]"
    return path


class ValidationInterceptor(AroundInterceptor):
    """Refuses malformed requests before any code of the service sees them."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Checks the request."""
        if isinstance(call.request, Message):
            validate(call.request)
        yield
