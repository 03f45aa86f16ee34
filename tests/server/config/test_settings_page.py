"""docs/settings.md lists every setting, as the models define it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsgraph.server.config.settings import NewsgraphToml
from tests.server.config.settings_page import build_page, describe_default, describe_type

PAGE = Path(__file__).resolve().parents[3] / "docs" / "settings.md"


def test_the_page_is_up_to_date():
    """The page is what the models give; `UPDATE_GOLDENS=1` writes it."""
    text = build_page()
    if os.environ.get("UPDATE_GOLDENS"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text
    assert [name for name in NewsgraphToml.model_fields if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize(
    ("name", "type_name", "default"),
    [
        ("port", "integer, 0 to 65,535", "`8000`"),
        ("operation_seconds", "number, above 0 to 3,600", "`10`"),
        ("public_url", "text", ""),
        ("unpublished", "`hide` or `serve`", '`"hide"`'),
        ("private_fields", "list of texts", '`["secured"]`'),
        ("introspection", "true or false", "`true`"),
        ("cors_origins", "list of texts", ""),
    ],
)
def test_types_and_defaults(name, type_name, default):
    """Types are in plain words, with their bounds; defaults are as in newsgraph.toml."""
    field = NewsgraphToml.model_fields[name]
    assert describe_type(field.annotation, field.metadata) == type_name
    assert describe_default(field.default) == default
