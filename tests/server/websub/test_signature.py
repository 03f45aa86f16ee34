"""Signatures, compared with those of other implementations."""

from __future__ import annotations

import hmac
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.server.websub.signature import sign_content
from tests.hypothesis_profiles import scale_examples


def test_signature_of_rfc_4231():
    """The signature equals that of RFC 4231, test case 2."""
    assert sign_content("Jefe", b"what do ya want for nothing?") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


@given(st.text(min_size=1, max_size=199), st.binary(max_size=500), st.binary(max_size=3))
def test_signature_verifies_secret_and_content(secret, body, suffix):
    """A subscriber can verify the signature; other content has another signature."""
    algorithm, _, digest = sign_content(secret, body).partition("=")
    expected = hmac.new(secret.encode(), body, algorithm).hexdigest()
    assert hmac.compare_digest(digest, expected)
    is_same = sign_content(secret, body + suffix) == f"{algorithm}={digest}"
    assert is_same is (suffix == b"")


@pytest.mark.process
@settings(max_examples=scale_examples(5))
@given(st.binary(max_size=500))
def test_signature_equals_that_of_openssl(body):
    """OpenSSL computes the same signature."""
    command = ["openssl", "dgst", "-sha256", "-hmac", "word", "-r"]
    completed = subprocess.run(command, input=body, capture_output=True, check=True)
    digest = completed.stdout.decode().split()[0]
    assert sign_content("word", body) == f"sha256={digest}"
