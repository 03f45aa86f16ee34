"""A feed's metadata is sanitized before it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.feeds.sanitize_entries import sanitize_metadata


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "en"),
        ("de-AT", "de-AT"),
        ("zh-Hans-CN", "zh-Hans-CN"),
        ("pt_BR", "pt-BR"),
        (" en\x00", "en"),
        ("english", None),
        ("not a language", None),
        ("en-", None),
        ("", None),
        (None, None),
    ],
)
def test_malformed_language_tag_is_omitted(metadata, language, expected):
    """A malformed tag makes RSS and Atom invalid, and readers choose fonts and voices by it."""
    assert sanitize_metadata(replace(metadata, language=language)).language == expected
