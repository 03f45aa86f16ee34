"""What is code in Markdown and HTML is found, and tags around it."""

from __future__ import annotations

import re

import pytest

from newsgraph.store.bodies.templates.scanner import TagSyntax, split_body

RAW_END = re.compile("{/raw}")
SYNTAX = TagSyntax(re.compile(r"\{/?\w+\}"), lambda match: RAW_END if match[0] == "{raw}" else None)


def find_tags(body, **options):
    """Return the tags outside of code."""
    segments = split_body(body, SYNTAX, **{"is_html": False, **options})
    return [body[part.start : part.end] for part in segments if part.type == "tag"]


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ("{a} `{b}` ``{c}` {d}`` `{e}\n\n`{f}", ["{a}", "{e}", "{f}"]),
        ("\\`{a}`{b}`", ["{a}"]),
        ("\\``{a}`` {b}", ["{a}", "{b}"]),
        ("```\n{a}\n```\n{b}", ["{b}"]),
        ("````\n{a}\n```\n````\n{b}", ["{b}"]),
        ("~~~ x\n{a}\n\n{b}", []),
        ("``` a`b\n{a}", ["{a}"]),
        ("    {a}\n\n    {b}\n{c}", ["{c}"]),
        ("Text\n    {a}", ["{a}"]),
        ("# Heading\n    {a}", []),
        ("\t{a}", []),
        ("- a\n\n    {a}\n\n      {b}", ["{a}"]),
        ("- a\n  - b\n\n    {a}\n\n        {b}", ["{a}"]),
        ("1.  a\n\n    {a}", ["{a}"]),
        ("- ```\n  {a}\n\n{b}", ["{b}"]),
        ("> ```\n> {a}\n{b}", ["{b}"]),
        ("> - a\n>\n>   {a}", ["{a}"]),
        ("- `a\n- {a}`", ["{a}"]),
        ("<pre>\n{a}\n\n{b}</pre>{c}", ["{c}"]),
        ("<code>{a}</code>{b}<code>{c}\n\n</code>", ["{b}", "{c}"]),
        ("<!-- {a}\n\n{b} -->{c}<!-- {d}", ["{c}", "{d}"]),
        ("{raw}```\n{a}{/raw}{b}", ["{raw}```\n{a}{/raw}", "{b}"]),
        ("{raw}\n\n`{/raw} {b}`", ["{raw}\n\n`{/raw}", "{b}"]),
        ("{raw}{a}", ["{raw}", "{a}"]),
    ],
)
def test_tags_outside_of_code(body, tags):
    """Fences, indented code, code spans and some elements are code, also in lists."""
    assert find_tags(body) == tags


def test_html():
    """In HTML, only elements contain code."""
    body = "```{a}`{b}`\n\n    {c}<pre>{d}</pre><CODE>{e}\n\n</CODE>"
    assert find_tags(body, is_html=True) == ["{a}", "{b}", "{c}"]


def test_without_indented_code():
    """MDX has no indented code."""
    assert find_tags("    {a}", has_indented_code=False) == ["{a}"]
