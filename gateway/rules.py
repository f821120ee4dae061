"""Reads the `google.api.http` annotations: which REST route each RPC has.

Syntax: https://github.com/googleapis/googleapis/blob/master/google/api/http.proto
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor

from sutradhar.common.v1 import common_pb2

VERBS = ("get", "put", "post", "delete", "patch")
_VARIABLE = re.compile(r"\{([a-z0-9_.]+)(?:=([^}]+))?\}")


@dataclass(frozen=True)
class Rule:
    """One route of one method.

    `template` is the annotation's path. `body` is `*` (the whole body is the request), the name of the field
    that the body fills, or empty.
    """

    verb: str
    template: str
    body: str
    method: MethodDescriptor

    @property
    def request(self) -> Descriptor:
        """The type of the request."""
        return self.method.input_type

    @property
    def streams(self) -> bool:
        """True when the answer is a stream of events."""
        return bool(self.method.server_streaming)

    @property
    def admin(self) -> bool:
        """True when only administrators may call."""
        return bool(self.method.GetOptions().Extensions[common_pb2.access] == common_pb2.ACCESS_ADMIN)

    @property
    def variables(self) -> list[str]:
        """The fields that the path fills."""
        return [match[1] for match in _VARIABLE.finditer(self.template)]

    @property
    def path(self) -> str:
        """The path as aiohttp writes it; a variable is one segment, without a colon, unless it says `**`."""
        return _VARIABLE.sub(_pattern, self.template)

    @property
    def plain_path(self) -> str:
        """The path as OpenAPI writes it."""
        return _VARIABLE.sub(lambda match: "{" + match[1] + "}", self.template)


def _pattern(match: re.Match[str]) -> str:
    shape = re.escape(match[2] or "*").replace(r"\*\*", "[^:]+").replace(r"\*", "[^/:]+")
    return "{" + match[1].replace(".", "__") + ":" + shape + "}"


def rules(methods: Iterable[MethodDescriptor]) -> Iterator[Rule]:
    """Every route of the methods, additional bindings included."""
    for method in methods:
        options = method.GetOptions()
        if not options.HasExtension(annotations_pb2.http):
            continue
        http = options.Extensions[annotations_pb2.http]
        for binding in (http, *http.additional_bindings):
            yield _rule(binding, method)


def _rule(http: http_pb2.HttpRule, method: MethodDescriptor) -> Rule:
    verb = http.WhichOneof("pattern") or ""
    if verb not in VERBS:
        raise ValueError(f"{method.full_name}: unsupported http pattern {verb!r}")
    return Rule(verb.upper(), getattr(http, verb), http.body, method)
