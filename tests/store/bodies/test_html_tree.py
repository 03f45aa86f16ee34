"""HTML is parsed as browsers read it, in linear time, whatever it is."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.html_tree import (
    MAX_DEPTH,
    create_element,
    parse_html,
    replace_element,
    select,
    select_path,
    serialize,
)

UNCHANGED = [
    "",
    "text",
    "a <b>b</b> c",
    "<p>a</p>\n<p>b</p>\n",
    "<div><p>a</p></div> b",
    "<b><p>a</p></b>",
    "<small><p>a</p><p>b</p></small>",
    '<a href="x"><table><tr><td>a</td></tr></table></a>',
    '<a href="x"><div><p>a</p></div></a>',
    "<table><tr><td>a</td></tr></table>",
    "<pre>\n a\n  b</pre>",
    "a &amp; b &lt; c",
    "<ul><li>a<ul><li>b</li></ul></li></ul>",
    "<p>漢字 é 🚢</p>",
    '<ul><li></li><li id="a"></li>\n<li>a</li></ul>',
    "<ol><li>a<ul><li></li></ul></li></ol>",
    "<table><tr><td></td></tr></table>",
]
RESULTS = {
    "a & b < c": "a &amp; b &lt; c",
    "<p>a<p>b": "<p>a</p><p>b</p>",
    "<li>a<li>b": "<li>a</li><li>b</li>",
    "</div>a": "a",
    "a</div>b": "ab",
    "a<!-- b -->c": "ac",
    "a<?php b ?>c": "ac",
    "<p>a<wbr>b</p>": "<p>a<wbr></wbr>b</p>",
    "<embed src=a>b": '<embed src="a"></embed>b',
    "<image src=a>b": '<image src="a"></image>b',
    "a\x00b\x01c\vd\fe": "abc d e",
    "&#1;a&#x0;b&#65535;c": " a b c",
    "&&#1;#1;": "&amp; #1;",
    "&#1f;&#x1g;": " f; g;",
    "<body><p>a</p></body>b": "<p>a</p>b",
    "<html><head></head><body>a</body></html>": "a",
}


@pytest.mark.parametrize("html", UNCHANGED)
def test_what_is_right_stays(html):
    """Parsing and writing changes nothing."""
    assert serialize(parse_html(html)) == html


@pytest.mark.parametrize(("html", "result"), RESULTS.items())
def test_wrong_html(html, result):
    """Elements are closed, and what shows nothing is removed."""
    assert serialize(parse_html(html)) == result


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1_500, 5_000, 50_000])
@pytest.mark.parametrize("tag", ["div", "b", "ul", "span", "blockquote", "x-y"])
def test_deep_elements(tag, depth):
    """Elements in too many others are replaced by their contents; no text is lost."""
    root = parse_html(f"<{tag}>a " * depth + f"end</{tag}>" * depth)
    assert root.text_content() == "a " * depth + "end" * depth
    assert max(sum(1 for _ in item.iterancestors()) for item in root.iter()) <= MAX_DEPTH + 2


def test_many_elements_too_deep():
    """The time does not grow with the square of their number."""
    root = parse_html("<div>" * (MAX_DEPTH + 1) + "<b>a</b>" * 30_000)
    assert root.text_content() == "a" * 30_000


@pytest.mark.parametrize("form", ["a{}=1 ", "a{}='1'", 'a{}=""', "a{} ", "a{}/"])
def test_many_attributes(form):
    """A tag with more attributes than the parser can bear is text."""
    html = "<p " + "".join(form.format(number) for number in range(20_000)) + ">a</p>"
    assert parse_html(html).text_content().endswith(">a")


def test_long_attributes():
    """A tag with a long text in an attribute is a tag."""
    html = '<p title="' + "It's a = b, " * 2_000 + '">a</p>'
    assert serialize(parse_html(html)) == html


def test_replace_element():
    """The text after a replaced element stays after the last replacement."""
    root = parse_html("a<i>b</i>c<u>d</u>e")
    replace_element(root.find("i"), create_element("b", "1"), create_element("s", "2"))
    replace_element(root.find("u"))
    assert serialize(root) == "a<b>1</b><s>2</s>ce"


def test_create_element():
    """Underscores in names of attributes are hyphens, and text is escaped."""
    element = create_element("a", "<b>", href="/?a&b", data_x="1")
    root = create_element("div")
    root.append(element)
    assert serialize(root) == '<a href="/?a&amp;b" data-x="1">&lt;b&gt;</a>'


def test_select():
    """Elements are found by name or by path, in the order of the text."""
    root = parse_html("<b id=1></b><i></i><u id=2><i></i></u>")
    assert [item.tag for item in select("u", "b")(root)] == ["b", "u"]
    assert [item.get("id") for item in select_path("*[@id]")(root)] == ["1", "2"]
    assert len(select_path("u/i")(root)) == 1


def test_selecting_many_elements():
    """The time does not grow with the square of their number."""
    root = parse_html("<div><h1 id=a>a</h1></div><div><h2 class=b>b</h2></div>" * 10_000)
    assert len(select("h1", "h2")(root)) == 20_000
    assert len(select_path("*[@id]")(root)) == 10_000
