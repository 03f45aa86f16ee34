"""Ids of bodies never are those of the page, and links to them lead to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsgraph.server.pages.body_ids import PAGE_ID_PREFIX, BodyIds

TEMPLATES = Path(__file__).resolve().parents[3] / "server" / "templates"


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        *(("main", "main"), ("fn:1", "fn:1"), ("page", "page"), ("body-x", "body-x")),
        ("page-main", "body-page-main"),
        ("page-", "body-page-"),
        ("body-page-main", "body-body-page-main"),
    ],
)
def test_ids_of_the_page_are_renamed(id_, expected):
    """No two ids become the same; other ids stay, as other sites link to them."""
    body = f'<p title="id" id="{id_}">id="page-text"</p>'
    ids = BodyIds(body)
    assert ids.rename(body) == f'<p title="id" id="{expected}">id="page-text"</p>'
    assert ids.find_fragment(f"#{id_}") == f"#{expected}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("#é", "#%C3%A9"),
        ("#%C3%A9", "#%C3%A9"),
        ("#%c3%a9", "#%C3%A9"),
        ("#a&b", "#a&b"),
        ("#50%", "#50%25"),
        ("#50%25", "#50%25"),
        ("#none", None),
        ("#text", None),
        ("#", None),
    ],
)
def test_fragments(url, expected):
    """They are compared as browsers do, with and without percent-encoding."""
    body = '<p id="é">id="text"</p><p id="a&amp;b"></p><p id="50%"></p>'
    assert BodyIds(body).find_fragment(url) == expected


def test_all_ids_of_templates_have_the_prefix():
    """But those of GraphiQL's page, which shows no body."""
    for template in TEMPLATES.glob("*.html"):
        if template.name.startswith("graphiql"):
            continue
        for id_ in re.findall(r'\bid="([^"]*)"', template.read_text("utf-8")):
            assert id_.startswith((PAGE_ID_PREFIX, "{{ linking_section_id }}")), template.name
