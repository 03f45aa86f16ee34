"""Elements that begin in a paragraph of Markdown and end below it keep what is in them."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.open_blocks import end_paragraphs
from tests.store.bodies.rendering import render


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <details>b</p>\n<p>c</p>", "<p>a </p><details>b\n<p>c</p>"),
        ("<p>a <div><div></div>b</p>c</div>", "<p>a </p><div><div></div>bc</div>"),
        ("<p>a <div>b</div> c</p>", "<p>a <div>b</div> c</p>"),
        ("<p>a</p><div>b</p>", "<p>a</p><div>b</p>"),
        ("<p>a <div>b<p>c</p></div>", "<p>a <div>b<p>c</p></div>"),
        ("<div>a</p>", "<div>a</p>"),
        ("<p><details><div>b</p>c", "<p></p><details><div>bc"),
        ("<p>a <details>b", "<p>a <details>b"),
        ("<p>a</p>", "<p>a</p>"),
    ],
)
def test_ends(html, expected):
    """A paragraph ends before an element that is open at its end, and only then."""
    assert end_paragraphs(html) == expected


def test_many_tags():
    """After a hundred tags, it is not known where an element ends."""
    html = f"<p>a <div>{'<div></div>' * 60}b</p>"
    assert end_paragraphs(html) == html


def test_list_items():
    """The release notes of GitHub have details in items of lists."""
    assert render("- a <details><summary>S</summary>\n\n  in\n\n  </details>\n- b") == (
        "<ul>\n<li>\n<p>a </p><details><summary>S</summary>\n<p>in</p>\n</details>\n</li>\n"
        "<li>\n<p>b</p>\n</li>\n</ul>\n"
    )
