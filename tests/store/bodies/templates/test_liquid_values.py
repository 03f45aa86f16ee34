"""Expressions of Liquid have the values that Jekyll gives them, or none."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.templates.expand import expand_templates
from newsgraph.store.bodies.templates.liquid_values import LiquidScope
from tests.store.bodies.link_targets import FakeLinkTargets, make_context

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


@pytest.mark.parametrize(("limit", "value"), [(2, "b"), (1, None)])
def test_work_is_limited(limit, value):
    """A selection from a list that is too long is unknown."""
    items = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    scope = LiquidScope(CONTEXT, {"items": items}, lambda count: count <= limit)
    scope.variables["item"] = scope.evaluate_value('items | where: "id", 2 | first')
    assert scope.evaluate("item.name") == value


def test_texts_cannot_grow_without_end():
    """A variable that is appended to itself becomes unknown."""
    body = "{% assign a = 'abcd' %}" + "{% assign a = a | append: a %}" * 60 + "{{ a }}"
    expanded = expand_templates(body, CONTEXT, is_html=False, is_mdx=False)
    assert expanded.text == ""
    assert expanded.left_out == {"{{ a }}": 1}


def test_short_values_are_not_limited():
    """A long list of changes can have thousands of links that begin with a value."""
    targets = FakeLinkTargets(site={"repository": "https://a.example/r"})
    body = "[1]({{ site.repository }}/1)\n" * 6_000
    expanded = expand_templates(
        body, make_context("jekyll", targets=targets), is_html=False, is_mdx=False
    )
    assert expanded.text == "[1](https://a.example/r/1)\n" * 6_000


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("nothing", ""),
        ("nothing | relative_url", ""),
        ("nothing | upcase", None),
        ("nothing | default: 'a' | upcase", "A"),
        ("unknown | default: 'a'", None),
        ("zero | default: 'a'", "0"),
        ("none.name", ""),
        ("true", "true"),
        ("names | where: 'a', 1", None),
        ("items | where: 'id', 1 | size", "1"),
        ("nothing | where: 'id', 1", ""),
        ("map | where: 'id', 3 | first | size", "1"),
        ("names | where_exp: 'a', 'a'", None),
        ('map["a"].id', "3"),
        ("'x' | append: nothing", "x"),
    ],
)
def test_values_that_are_no_text(expression, value):
    """Nothing prints nothing; what Jekyll does otherwise is unknown."""
    variables = {
        "nothing": None,
        "zero": 0,
        "none": {},
        "names": ["a"],
        "items": [{"id": 1}],
        "map": {"a": {"id": 3}},
    }
    assert LiquidScope(CONTEXT, variables).evaluate(expression) == value
