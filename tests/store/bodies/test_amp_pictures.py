"""The pictures of AMP are pictures."""

from __future__ import annotations

import pytest

from tests.store.bodies.rendering import render

PICTURE = '<img alt="A" src="https://a.example/b.png" width="8">'


@pytest.mark.parametrize(
    "html",
    [
        '<amp-img src="https://a.example/b.png" alt="A" width="8" layout="fill"></amp-img> c',
        '<amp-img src="https://a.example/b.png" alt="A" width="8" /> c',
        '<amp-anim srcset="https://a.example/b.png 8w" alt="A" width="8"></amp-anim> c',
        (
            '<amp-img src="https://a.example/b.png" alt="A" width="8"><noscript>'
            '<img src="https://a.example/b.png" alt="A" width="8"></noscript></amp-img> c'
        ),
    ],
)
def test_pictures(html):
    """They keep their sizes and texts, and what follows; a twin for other browsers is left out."""
    assert render(html, is_html=True) == f"{PICTURE} c"
    assert render(html) == f"<p>{PICTURE} c</p>\n"
