"""Signatures of contents (WebSub section 8, RFC 2104)."""

from __future__ import annotations

import hmac

METHOD = "sha256"
"""SHA-1, which the recommendation knows too, is broken; subscribers take what is named."""


def signature(secret: str, body: bytes) -> str:
    """Return the value of ``X-Hub-Signature``: ``sha256=`` and an HMAC in hexadecimal.

    Args:
        secret: the subscriber's; its UTF-8 bytes are the key.
        body: what is delivered.
    """
    return f"{METHOD}={hmac.new(secret.encode('utf-8'), body, METHOD).hexdigest()}"
