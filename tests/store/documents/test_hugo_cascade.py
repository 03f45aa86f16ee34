"""Hugo's cascade: which pages inherit which values."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.hugo_cascade import (
    CascadePage,
    collect_inherited,
    read_cascades,
)
from newsgraph.store.documents.languages import NO_LANGUAGES, SiteLanguage, SiteLanguages
from newsgraph.store.documents.site_config import read_configuration


def cascades(text):
    """Read the cascades of a configuration in YAML."""
    return read_cascades(read_configuration(text, "hugo.yaml", "hugo.yaml").fields)


def inherited(path, *texts):
    """Return what a page inherits from several files, the nearest first."""
    levels = [cascade for text in texts for cascade in cascades(text)]
    return collect_inherited(CascadePage.create(path, NO_LANGUAGES, "en"), levels)


def test_the_nearest_value_counts():
    """Values of the section win over those above it, and are not merged with them."""
    near, far = "cascade: {a: 1, m: {x: 1}}", "cascade: {a: 2, b: 2, m: {y: 2}}"
    assert inherited("posts/a.md", near, far) == {"a": 1, "b": 2, "m": {"x": 1}}


@pytest.mark.parametrize(
    ("target", "path", "applies"),
    [
        ("path: /posts/**", "posts/a.md", True),
        ("path: /posts/**", "news/a.md", False),
        ("path: '{/posts,/posts/**}'", "posts/index.md", True),
        ("path: /posts/a", "Posts/A.md", True),
        ("path: /posts/a", "posts/a/index.md", True),
        ("path: /posts/a", "posts/a.de.md", True),
        ("path: /posts/a.min", "posts/a.min.md", True),
        ("path: /posts/a", "posts/a.min.md", False),
        ("path: /posts/*.md", "posts/a.md", True),
        ("kind: page", "a.md", True),
        ("kind: '{home,section}'", "a.md", False),
        ("lang: de", "a.de.md", True),
        ("lang: de", "a.md", False),
        ("environment: production", "a.md", True),
        ("environment: development", "a.md", False),
        ("path: /posts/**, kind: section", "posts/a.md", False),
        ("unknown: x", "posts/a.md", False),
    ],
)
@pytest.mark.parametrize("key", ["target", "_target"])
def test_targets(key, target, path, applies):
    """A target selects pages by path, kind, language and environment."""
    text = f"cascade: [{{a: 1, {key}: {{{target}}}}}, {{b: 2}}, text]"
    expected = {"a": 1, "b": 2} if applies else {"b": 2}
    assert inherited(path, text) == expected


def test_the_first_cascade_of_a_list_counts():
    """Of several cascades in one file that apply to a page, the first one that has a key counts."""
    assert inherited("a.md", "cascade: [{a: 1}, {a: 2, b: 2}]") == {"a": 1, "b": 2}
    assert inherited("a.md", "cascade: text") == inherited("a.md", "x: y") == {}


@pytest.mark.parametrize(
    ("path", "codes", "stem", "language"),
    [
        ("a.de.md", None, "a", "de"),
        ("a/index.pt-br.md", None, "a/index", "pt-br"),
        ("a.md", None, "a", "en"),
        ("v1.0.md", None, "v1.0", "en"),
        ("a.min.md", None, "a.min", "en"),
        ("a.de.md", ("en", "sv"), "a.de", "en"),
        ("a.SV.md", ("en", "sv"), "a", "sv"),
        ("a.min.md", ("en", "min"), "a", "min"),
    ],
)
def test_languages(path, codes, stem, language):
    """A language in the name of the file is one of the configuration, or else of ISO 639-1."""
    languages = SiteLanguages(codes and tuple(SiteLanguage(code, code) for code in codes))
    assert CascadePage.create(path, languages, "EN") == CascadePage(path, stem, language)
