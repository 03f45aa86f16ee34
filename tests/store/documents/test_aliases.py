"""Aliases of a document have a normal form, and are read as each generator reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.aliases import normalize_path, resolve_alias
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.languages import SiteLanguages
from newsgraph.store.documents.site_languages import parse_site_languages

SITE = "https://www.town.example/paper/"


@pytest.mark.parametrize(
    ("path", "normal_form"),
    [
        ("/2010/old", "/2010/old"),
        ("2010/old/", "/2010/old"),
        ("/2010/old/index.html", "/2010/old"),
        ("/2010/index.html/index.html/", "/2010"),
        ("/2010/old.html", "/2010/old.html"),
        ("/Old", "/Old"),
        ("/a/./b/../c//d", "/a/c/d"),
        ("/../../a", "/a"),
        ("/%7Ea/caf%c3%a9", "/~a/caf%C3%A9"),
        ("/café", "/caf%C3%A9"),
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/a%2Fb", "/a%2Fb"),
        ("/es2015%2B-%28a%2c%20b%29%40%3f", "/es2015+-(a,%20b)@%3F"),
        ("/%2e%2E/a", "/a"),
        ("/a?x=1", "/a"),
        ("/a#b", "/a"),
        ("/a:b", "/a:b"),
        ("//evil.example/a", "/evil.example/a"),
        ("\\a", "/%5Ca"),
        ("/a\n\x00\ud800b", "/ab"),
        ("/", None),
        ("/?p=12", None),
        ("", None),
        ("/index.html", None),
    ],
)
def test_normalize_path(path, normal_form):
    """Paths that servers usually take for the same have the same form; case counts."""
    assert normalize_path(path) == normal_form


@given(st.one_of(st.text(), st.text(alphabet="/.%?#aA2eE:\\ é")))
def test_a_normal_form_stays(path):
    """The function is idempotent, fails for no text, and returns the path of a URL."""
    normal_form = normalize_path(path)
    if normal_form is not None:
        assert normalize_path(normal_form) == normal_form
        assert normalize_path(f"{normal_form}/index.html") == normal_form
        assert normal_form.startswith("/")
        assert not normal_form.startswith("//")
        assert normal_form.isascii()


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("/old/", "/old"),
        ("https://town.example/paper/old/", "/old"),
        ("http://town.example/paper/old?x=1", "/old"),
        ("//town.example/paper/old", "/old"),
        ("https://town.example/papers/old", "/papers/old"),
        ("https://town.example/paper/", None),
        ("https://other.example/paper/old", None),
        ("mailto:a@town.example", None),
        ("javascript:alert(1)", None),
        ("https://[", None),
    ],
)
def test_resolve_alias(alias, path):
    """An absolute URL on the documents' site counts by its path below the site's base URL."""
    assert resolve_alias(alias, SITE) == path
    if "://" in alias:
        assert resolve_alias(alias, None) is None


@given(st.text(), st.sampled_from((SITE, None, "https://town.example", "nonsense")))
def test_any_alias(alias, site_url):
    """Every text is a path in normal form, or none."""
    path = resolve_alias(alias, site_url)
    assert path is None or normalize_path(path) == path


@pytest.mark.parametrize(
    ("kind", "front", "aliases"),
    [
        (
            "hugo",
            "aliases: [/old/, older, ../oldest]",
            ("/old/", "/posts/older", "/posts/../oldest"),
        ),
        ("zola", "aliases: [old/path]", ("/old/path",)),
        ("jekyll", "redirect_from: old", ("/old",)),
        ("jekyll", "redirect_from: [/a, /b/]", ("/a", "/b/")),
        ("jekyll", "alias: /post/1/index.html", ("/post/1/index.html",)),
        ("hexo", "alias: [about/index.html]", ("/about/index.html",)),
        ("pelican", "Alias: /a/, /b/", ("/a/", "/b/")),
        (
            "plain",
            "aliases: [/a, Another Name, 'https://x.example/b']",
            ("/a", "https://x.example/b"),
        ),
        ("plain", "redirect_from: old\nredirects: [/b]", ("/old", "/b")),
        ("plain", "aliases: {a: b}", ()),
        ("mkdocs", "alias: note", ()),
        ("hugo", "aliases: ['mailto:a@b', '/a', '/a']", ("/a",)),
        ("hugo", "aliases: []", ()),
    ],
)
def test_aliases(kind, front, aliases):
    """Relative paths count where the generator has aliases; elsewhere they are other names."""
    path = {"hugo": "content/posts/a.md"}.get(kind, "posts/a.md")
    parsed = parse_document(f"---\ntitle: T\n{front}\n---\n", path, kind=KINDS[kind])
    assert parsed.content.aliases == aliases
    assert parsed.diagnostics == ()


@pytest.mark.parametrize(
    ("path", "aliases"),
    [
        ("content/posts/a/index.pt-br.md", ("/pt-br/posts/old", "/pt-br/x", "/pt-br/y")),
        ("content/posts/a/index.en.md", ("/posts/old", "/x", "/pt-br/y")),
        ("content/a.md", ("/old", "/x", "/pt-br/y")),
    ],
)
def test_aliases_of_translations(path, aliases):
    """In Hugo, the pages of other languages are in a folder, and so are their aliases."""
    configuration = "languages: {pt-br: {weight: 2}}"
    languages = parse_site_languages(KINDS["hugo"], configuration, "hugo.yaml")
    text = "---\naliases: [old, /x, /pt-br/y]\n---\n"
    parsed = parse_document(text, path, kind=KINDS["hugo"], languages=SiteLanguages(languages))
    assert parsed.content.aliases == aliases


def test_the_default_language_can_have_a_folder():
    """In Hugo, that is a setting; documents without a language in their path are in it, too."""
    configuration = "defaultContentLanguageInSubdir: true"
    languages = parse_site_languages(KINDS["hugo"], configuration, "hugo.yaml")
    parsed = parse_document(
        "---\naliases: [old, /x]\n---\n",
        "content/posts/a.md",
        kind=KINDS["hugo"],
        languages=SiteLanguages(languages),
    )
    assert parsed.content.aliases == ("/en/posts/old", "/en/x")


def test_an_alias_that_is_no_text():
    """It is reported in an archive whose generator has aliases."""
    parsed = parse_document("---\naliases: [{a: b}, /c]\n---\n", "a.md", kind=KINDS["hugo"])
    assert parsed.content.aliases == ("/c",)
    assert [item.code for item in parsed.diagnostics] == ["wrong-type"]


@pytest.mark.parametrize(
    ("kind", "front", "is_redirect"),
    [
        ("jekyll", "redirect_to: https://x.example/", True),
        ("jekyll", "redirect_to: [/a]", True),
        ("jekyll", "redirect_to: ''", False),
        ("jekyll", "redirect_to: false", False),
        ("jekyll", "redirect: /a", False),
        ("hexo", "redirect: /a", True),
        ("plain", "redirect_to: /a", False),
    ],
)
def test_documents_that_only_redirect(kind, front, is_redirect):
    """The pages that some plugins make of them have no content."""
    parsed = parse_document(f"---\n{front}\n---\nText", "a.md", kind=KINDS[kind])
    assert parsed.content.is_redirect == is_redirect
