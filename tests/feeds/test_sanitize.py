"""What a channel says, as it may be written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.feeds.sanitize import sanitised_channel


@pytest.mark.parametrize(
    ("said", "written"),
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
def test_a_language_is_a_tag_or_not_told(channel, said, written):
    """A wrong one makes RSS and Atom invalid, and readers choose fonts and voices by it."""
    assert sanitised_channel(replace(channel, language=said)).language == written
