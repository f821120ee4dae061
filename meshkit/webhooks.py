"""Signs outgoing webhooks and verifies incoming ones.

Two schemes, both over the exact bytes of the body:

- `X-Revid-Signature`: hex HMAC-SHA256(secret, body);
- Standard Webhooks 1.0 (standardwebhooks.com): `webhook-id`, `webhook-timestamp`, `webhook-signature`. Its key
  is the secret's UTF-8 bytes, or what follows `whsec_` in base64 when the secret has that form.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

REVID_HEADER = "X-Revid-Signature"
STANDARD_PREFIX = "whsec_"


def sign(
    secrets: str | Sequence[str], message_id: str, body: bytes, *, now: datetime | None = None
) -> dict[str, str]:
    """Headers that sign a body, content type included.

    With several secrets (while one is being replaced) `webhook-signature` has one signature for each and
    `X-Revid-Signature` that of the first. No secret: no signature headers. The body must be UTF-8.
    """
    known = [secrets] if isinstance(secrets, str) else list(secrets)
    known = [secret for secret in known if secret]
    moment = now or datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
    }
    if known:
        signatures = (standard(secret).sign(message_id, moment, body.decode()) for secret in known)
        headers["webhook-signature"] = " ".join(signatures)
        headers[REVID_HEADER] = revid_signature(known[0], body)
    return headers


def standard(secret: str) -> Webhook:
    """The Standard Webhooks signer and verifier of a secret."""
    return Webhook(secret if secret.startswith(STANDARD_PREFIX) else secret.encode())


def revid_signature(secret: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify_revid(secret: str, body: bytes, header: str | None) -> bool:
    """True when the header signs the body; in constant time. Without a secret nothing is ever true."""
    if not secret or not header:
        return False
    expected = revid_signature(secret, body)
    # A header may hold bytes that are no text at all.
    given = header.strip().lower().encode(errors="replace")
    return hmac.compare_digest(expected.encode(), given)
