"""Signing and verifying webhooks."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from meshkit.webhooks import sign, standard, verify_revid

BODY = '{"job_id":"a","status":"completed","text":"हिन्दी"}'.encode()


def test_revid_signature_is_hex_hmac() -> None:
    """The signature is what any client computes from secret and raw body."""
    expected = hmac.new(b"s3cret", BODY, hashlib.sha256).hexdigest()

    assert expected == sign("s3cret", "job-1", BODY)["X-Revid-Signature"]


def test_standard_webhooks_verifies() -> None:
    """The reference library accepts the headers, with the secret in its usual spelling."""
    headers = sign("s3cret", "job-1", BODY)
    spelled = "whsec_" + base64.b64encode(b"s3cret").decode()

    assert "job-1" == headers["webhook-id"]
    assert "a" == Webhook(spelled).verify(BODY, headers)["job_id"]


def test_a_changed_body_is_refused() -> None:
    """One other byte breaks both signatures."""
    headers = sign("s3cret", "job-1", BODY)

    assert not verify_revid("s3cret", BODY + b" ", headers["X-Revid-Signature"])
    with pytest.raises(WebhookVerificationError):
        standard("s3cret").verify(BODY + b" ", headers)


def test_two_secrets_while_one_is_replaced() -> None:
    """Receivers with the old or the new secret both accept."""
    headers = sign(["new-secret", "old-secret"], "job-1", BODY)

    assert 2 == len(headers["webhook-signature"].split(" "))
    assert standard("old-secret").verify(BODY, headers) == standard("new-secret").verify(BODY, headers)
    assert verify_revid("new-secret", BODY, headers["X-Revid-Signature"])


def test_a_whsec_secret_keeps_its_own_key() -> None:
    """A secret that is already in the standard's form is decoded for the standard's scheme."""
    secret = "whsec_" + base64.b64encode(b"raw-key-bytes").decode()

    assert Webhook(b"raw-key-bytes").verify(BODY, sign(secret, "job-1", BODY))["job_id"] == "a"


def test_the_timestamp_is_the_moment() -> None:
    """The timestamp header is in Unix seconds, UTC."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert "1767323045" == sign("s3cret", "x", BODY, now=moment)["webhook-timestamp"]


def test_no_secret_no_signature() -> None:
    """Without a secret nothing is signed and nothing is accepted."""
    assert ["Content-Type", "webhook-id", "webhook-timestamp"] == list(sign("", "x", BODY))
    assert not verify_revid("", BODY, hmac.new(b"", BODY, hashlib.sha256).hexdigest())


@pytest.mark.parametrize("header", [None, "", "abc", "00" * 32, "é" * 64, "\udcff"])
def test_wrong_headers(header: str | None) -> None:
    """Missing, short, wrong and odd signatures are all just wrong."""
    assert not verify_revid("s3cret", BODY, header)
