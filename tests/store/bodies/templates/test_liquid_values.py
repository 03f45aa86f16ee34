"""Expressions of Liquid have the values that Jekyll gives them, or none."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.templates.liquid_values import LiquidScope
from tests.store.bodies.link_targets import make_context

CONTEXT = make_context(
    "jekyll", base_path="/news", site_url="https://town.example/news", site_title="Town"
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("site.baseurl", "/news"),
        ("site.url", "https://town.example"),
        ("site.title", "Town"),
        ("page.title", None),
        ("name", "value"),
        ("unknown", None),
        ("42", "42"),
        ('"a|b"', "a|b"),
        ('"/a" | relative_url', "/news/a"),
        ("'a' | relative_url", "/news/a"),
        ("'/news/a' | relative_url", "/news/a"),
        ("'' | relative_url", "/news"),
        ("'https://b.example/' | relative_url", "https://b.example/"),
        ("'#a' | relative_url", "#a"),
        ("'/a' | absolute_url", "https://town.example/news/a"),
        ("'/a' | prepend: site.baseurl | prepend: site.url", "https://town.example/news/a"),
        ("'/a/' | append: name", "/a/value"),
        ("'/a/' | append: page.url", None),
        ("'a' | url", "/news/a"),
        ("'A b' | downcase | url_encode", "a+b"),
        ("'a' | date: '%Y'", None),
        ("page.title | escape", None),
        ("'*a*' | markdownify", "\n\n*a*\n\n"),
        ("'a' | markdownify", "a"),
        ("'a", None),
        ("", None),
    ],
)
def test_values(expression, value):
    """Variables, strings and filters; what needs more than that is unknown."""
    assert LiquidScope(CONTEXT, {"name": "value"}).evaluate(expression) == value
