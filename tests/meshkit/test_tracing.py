"""Identity: taken over when it is well formed, made anew when it is not."""

import pytest

from meshkit import tracing

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_a_valid_parent_is_continued() -> None:
    """The trace goes on under a new span."""
    identity = tracing.enter({"traceparent": f"00-{TRACE}-b7ad6b7169203331-00", "x-request-id": "abc"})

    assert ("abc", TRACE, "00") == (identity.request_id, identity.trace_id, identity.flags)
    assert "b7ad6b7169203331" != identity.span_id
    assert {"x-request-id": "abc", "traceparent": identity.traceparent} == tracing.outgoing()


@pytest.mark.parametrize(
    "parent", ["", "junk", f"01-{TRACE}-b7ad6b7169203331-00", f"00-{'0' * 32}-b7ad6b7169203331-00"]
)
def test_a_malformed_parent_begins_a_new_trace(parent: str) -> None:
    """Nothing of a malformed header is echoed."""
    identity = tracing.enter({"traceparent": parent, "x-request-id": "a b\n"})

    assert TRACE != identity.trace_id
    assert 32 == len(identity.trace_id)
    assert "a b\n" != identity.request_id
