r"""Bare URLs end where their author has ended them."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.bare_urls import correct_bare_urls
from tests.store.bodies.rendering import render


def link(url, text=None):
    """Return a link."""
    return f'<a href="{url}">{text or url}</a>'


A = link("https://a.example/b")
RESULTS = {
    "“https://a.example/b”": f"“{A}”",
    "“https://a.example/b”, c": f"“{A}”, c",
    "«https://a.example/b»": f"«{A}»",
    "‘https://a.example/b’.": f"‘{A}’.",
    "https://a.example/it’s": link("https://a.example/it%E2%80%99s", "https://a.example/it’s"),
    "https://a.example/b\\_c": link("https://a.example/b_c"),
    "www.a.example/b”": link("http://www.a.example/b", "www.a.example/b") + "”",
    "[a](https://a.example/b”)": link("https://a.example/b%E2%80%9D", "a"),
    "`https://a.example/b”`": "<code>https://a.example/b”</code>",
}


@pytest.mark.parametrize(("markdown", "html"), RESULTS.items())
def test_bare_urls(markdown, html):
    """Closing quotation marks are no part of them, and neither are backslashes."""
    assert render(markdown) == f"<p>{html}</p>\n"
    assert render(f"<b>x</b> {markdown}") == f"<p><b>x</b> {html}</p>\n"


def test_other_html():
    """HTML without such URLs stays as it is."""
    html = "<p>“<a href=\"https://a.example/\">https://a.example/</a>” <a href='x'>”</a></p>"
    assert correct_bare_urls(html) == html
