"""Signatures, held against what others compute."""

from __future__ import annotations

import hmac
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.server.websub.signature import signature
from tests.hypothesis_profiles import examples


def test_a_known_one():
    """RFC 4231, test case 2."""
    assert signature("Jefe", b"what do ya want for nothing?") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


@given(st.text(min_size=1, max_size=199), st.binary(max_size=500), st.binary(max_size=3))
def test_it_is_of_this_secret_and_of_these_bytes(secret, body, more):
    """As a subscriber checks it; with other bytes it is another."""
    method, _, told = signature(secret, body).partition("=")
    expected = hmac.new(secret.encode(), body, method).hexdigest()
    assert hmac.compare_digest(told, expected)
    assert (signature(secret, body + more) == f"{method}={told}") is (more == b"")


@pytest.mark.process
@settings(max_examples=examples(5))
@given(st.binary(max_size=500))
def test_openssl_says_the_same(body):
    """Another program computes it."""
    words = ["openssl", "dgst", "-sha256", "-hmac", "word", "-r"]
    told = subprocess.run(words, input=body, capture_output=True, check=True).stdout.decode()
    assert signature("word", body) == f"sha256={told.split()[0]}"
