"""What each code means, in lists of rules."""

from __future__ import annotations

from newsgraph.server.cli.diagnostic_formats.rule_descriptions import RULE_DESCRIPTIONS
from newsgraph.store.documents.diagnostics import CODES


def test_every_code_has_a_description():
    """A new code needs one, which is a sentence of its own."""
    assert tuple(RULE_DESCRIPTIONS) == CODES
    assert len(set(RULE_DESCRIPTIONS.values())) == len(CODES)
    assert [text for text in RULE_DESCRIPTIONS.values() if not text.endswith(".")] == []
