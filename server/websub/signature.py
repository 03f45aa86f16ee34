"""Signatures of delivered content (WebSub section 8, RFC 2104)."""

from __future__ import annotations

import hmac

HASH_ALGORITHM = "sha256"
"""The specification also allows SHA-1, which is broken; the signature names its algorithm."""


def sign_content(secret: str, body: bytes) -> str:
    """Return the value of ``X-Hub-Signature``: ``sha256=`` and the HMAC in hexadecimal.

    Args:
        secret: the subscription's secret; its UTF-8 bytes are the key.
        body: the delivered content.
    """
    return f"{HASH_ALGORITHM}={hmac.new(secret.encode('utf-8'), body, HASH_ALGORITHM).hexdigest()}"
