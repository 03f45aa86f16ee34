"""Parts of addresses are made as the generators make them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.permalinks import slugs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Crème Brûlée", "Creme Brulee"),
        ("Straße, Ærø, Łódź", "Strasse, AEro, Lodz"),
        ("It’s “so” — and…", 'It\'s "so" - and...'),
        ("日本", None),
        ("Привет", None),
        ("", ""),
    ],
)
def test_folding(text, expected):
    """Letters lose their accents; other alphabets would need tables."""
    assert slugs.fold_to_ascii(text) == expected


@pytest.mark.parametrize(
    ("text", "default", "pretty"),
    [
        ("Some Weird_Näme!  (x)", "some-weird-näme-x", "Some-Weird_Näme!-(x)"),
        ("a.b+c", "a-b-c", "a.b+c"),
        ("  x  ", "x", "x"),
        ("日本 語", "日本-語", "日本-語"),
        ("½", "", ""),
    ],
)
def test_jekyll(text, default, pretty):
    """Jekyll has two modes."""
    assert slugs.jekyll_slug(text) == default
    assert slugs.jekyll_slug(text, pretty=True) == pretty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Some Page", "some-page"),
        ("A - B", "a-b"),
        ("x, y; z!", "x-y-z"),
        ("a+b@c~d.e_f/g", "a+b@c~d.e_f/g"),
        ("100% of%c3%b8", "100-of%c3%b8"),
        ("— dash", "dash"),
    ],
)
def test_hugo(text, expected):
    """Hugo removes what is no letter, digit or one of some characters."""
    assert slugs.hugo_path(text) == expected
    assert slugs.hugo_path("Ab", lower=False) == "Ab"


def test_hexo():
    """Hexo keeps case, unless the configuration says otherwise, and other alphabets."""
    assert slugs.hexo_slug(" Ünder_Foo/Bar 日本!") == "Under-Foo-Bar-日本"
    assert slugs.hexo_slug("Foo Bar", transform=1) == "foo-bar"
    assert slugs.hexo_slug("Foo Bar", transform=2) == "FOO-BAR"


@pytest.mark.parametrize(
    ("text", "zola", "pelican", "material", "eleventy"),
    [
        ("Hello, World!", "hello-world", "hello-world", "hello-world", "hello-world"),
        ("a_b & <i>c</i>", "a-b-i-c-i", "a_b-c", "a_b--c", "a-b-and-i-c-i"),
        ("Über -- alles", "uber-alles", "uber-alles", "über----alles", None),
        ("It's", "it-s", "its", "its", None),
        ("日本", None, None, "日本", None),
    ],
)
def test_others(text, zola, pelican, material, eleventy):
    """Other generators have rules of their own."""
    assert slugs.ascii_slug(text) == zola
    assert slugs.pelican_slug(text) == pelican
    assert slugs.pymdownx_slug(text) == material
    assert slugs.eleventy_slug(text) == eleventy


@given(st.text(max_size=30))
def test_any_text(text):
    """No text raises an exception, and slugs have no spaces."""
    results = [
        *(slugs.jekyll_slug(text), slugs.jekyll_slug(text, pretty=True), slugs.hugo_path(text)),
        *(slugs.hexo_slug(text), slugs.ascii_slug(text), slugs.pelican_slug(text)),
        *(slugs.pymdownx_slug(text), slugs.eleventy_slug(text)),
    ]
    assert not any(" " in result for result in results if result)
