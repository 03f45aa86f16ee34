"""Tags of MDX are parsed, and those of HTML written as HTML."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.javascript_scanner import JavaScriptScanner
from newsgraph.store.documents.jsx_tags import (
    parse_jsx_tag,
    read_string,
    write_html_tag,
    write_text,
)


def parse(text):
    """Return the tag at the start of a text."""
    return parse_jsx_tag(text, 0, JavaScriptScanner(text))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<br/>", "<br>"),
        ("<a id='x' />", '<a id="x"></a>'),
        ('<p className="a" style={{b: 1}} onClick={() => {c > d}}>', '<p class="a">'),
        (
            "<img src={'a.png'} width={3} hidden loop={true} muted={false} alt={x} />",
            '<img src="a.png" width="3" hidden loop>',
        ),
        ('<a title="A &amp; &quot;b&quot;">', '<a title="A &amp; &quot;b&quot;">'),
        ("<a {...b} href = '/c'>", '<a href="/c">'),
        ("</div >", "</div>"),
        ("</br>", ""),
    ],
)
def test_html_tags(text, html):
    """Attributes get their names in HTML; styles and unknown values are left out."""
    values = {"3": "3", "true": "true"}
    tag = parse(text)
    assert tag.end == len(text)
    assert write_html_tag(tag, lambda code: values.get(code) or read_string(code)) == html


@pytest.mark.parametrize(
    "text",
    [
        "<",
        "< a>",
        "<3",
        "<a",
        "<a b=",
        "<a b='c",
        "<a b={c",
        "<a <b>",
        "<https://a.example>",
        "<a@b.example>",
        "<a b=c>",
        "<!-- a -->",
    ],
)
def test_texts_that_are_no_tags(text):
    """Autolinks, comparisons and tags that are not closed stay as they are."""
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "name", "is_component"),
    [
        ("<>", "", False),
        ("<A.b c>", "A.b", True),
        ("<Tabs\n  a\n>", "Tabs", True),
        ("<p>", "p", False),
    ],
)
def test_names(text, name, is_component):
    """A name with a capital letter or a dot is that of a component."""
    tag = parse(text)
    assert (tag.name, tag.is_component) == (name, is_component)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'a'", "a"),
        (' "it\\\'s" ', "it's"),
        ("`a\\nb`", "a\nb"),
        ("'\\u0041\\u{1F600}\\u{D800}'", "A😀"),
        ("`${a}`", None),
        ("'a' + 'b'", None),
        ("a", None),
        ("", None),
    ],
)
def test_strings(code, value):
    """A string without expressions has a value."""
    assert read_string(code) == value


def test_text():
    """A text has no markup, and stays in its line."""
    assert write_text("<a>\n\n*b*") == "&#60;a&#62;  &#42;b&#42;"
    assert write_text("# a-b 1.") == "&#35; a-b 1."
    assert (write_text("- a"), write_text("1. a")) == ("&#45; a", "1&#46; a")
