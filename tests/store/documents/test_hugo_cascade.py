"""Hugo's cascade: which pages inherit which values."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.hugo_cascade import (
    CascadePage,
    collect_inherited,
    language_of,
    read_cascades,
)
from newsgraph.store.documents.site_config import read_configuration


def cascades(text):
    """Read the cascades of a configuration in YAML."""
    return read_cascades(read_configuration(text, "hugo.yaml", "hugo.yaml").fields)


def inherited(path, *texts, language="en"):
    """Return what a page inherits from several files, the nearest first."""
    levels = [cascade for text in texts for cascade in cascades(text)]
    return collect_inherited(CascadePage(path, language), levels)


def test_the_nearest_value_counts():
    """Values of the section win over those above it, and are not merged with them."""
    near, far = "cascade: {a: 1, m: {x: 1}}", "cascade: {a: 2, b: 2, m: {y: 2}}"
    assert inherited("posts/a.md", near, far) == {"a": 1, "b": 2, "m": {"x": 1}}


@pytest.mark.parametrize(
    ("target", "path", "language", "applies"),
    [
        ("path: /posts/**", "posts/a.md", "en", True),
        ("path: /posts/**", "news/a.md", "en", False),
        ("path: '{/posts,/posts/**}'", "posts/index.md", "en", True),
        ("path: /posts/a", "Posts/A.md", "en", True),
        ("path: /posts/a", "posts/a/index.md", "en", True),
        ("path: /posts/a", "posts/a.de.md", "de", True),
        ("path: /posts/*.md", "posts/a.md", "en", True),
        ("kind: page", "a.md", "en", True),
        ("kind: '{home,section}'", "a.md", "en", False),
        ("lang: de", "a.de.md", "de", True),
        ("lang: de", "a.md", "en", False),
        ("environment: production", "a.md", "en", True),
        ("environment: development", "a.md", "en", False),
        ("path: /posts/**, kind: section", "posts/a.md", "en", False),
        ("unknown: x", "posts/a.md", "en", False),
    ],
)
@pytest.mark.parametrize("key", ["target", "_target"])
def test_targets(key, target, path, language, applies):
    """A target selects pages by path, kind, language and environment."""
    text = f"cascade: [{{a: 1, {key}: {{{target}}}}}, {{b: 2}}, text]"
    expected = {"a": 1, "b": 2} if applies else {"b": 2}
    assert inherited(path, text, language=language) == expected


def test_the_first_cascade_of_a_list_counts():
    """Of several cascades in one file that apply to a page, the first one that has a key counts."""
    assert inherited("a.md", "cascade: [{a: 1}, {a: 2, b: 2}]") == {"a": 1, "b": 2}
    assert inherited("a.md", "cascade: text") == inherited("a.md", "x: y") == {}


@pytest.mark.parametrize(
    ("path", "language"),
    [("a.de.md", "de"), ("a/index.pt-br.md", "pt-br"), ("a.md", "en"), ("v1.0.md", "en")],
)
def test_languages(path, language):
    """The language is in the name of the file."""
    assert language_of(path, "en") == language
