"""The language of a document comes from its front matter, its file's name or its folder."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import DOCUSAURUS, KINDS
from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.language_tags import ABBREVIATIONS, WORDS
from newsgraph.store.documents.languages import SiteLanguage, SiteLanguages, merge_languages
from tests.store.documents.test_archive_kinds import page_rows

EN, DE, PT = SiteLanguage("en", "en-GB"), SiteLanguage("de", "de"), SiteLanguage("pt-br", "pt-BR")
CONFIGURED = SiteLanguages((EN, DE, PT))
DEFAULT_ONLY = SiteLanguages((EN,))
UNKNOWN = SiteLanguages()
NONE = SiteLanguages(())
FOLDERS = SiteLanguages(
    (SiteLanguage("en", "en", "content/english"), SiteLanguage("de", "de", "content/german"))
)


def locate(kind, path, languages=UNKNOWN):
    """Return what a path says: language, path without suffix, and common path."""
    location = languages.locate(path, KINDS[kind])
    return location.language, location.path, location.common_path


@pytest.mark.parametrize(
    ("kind", "languages", "path", "language", "common_path"),
    [
        # The configuration names the languages: only these are some.
        ("hugo", CONFIGURED, "content/posts/a.de.md", "de", "posts/a"),
        ("hugo", CONFIGURED, "content/posts/a.pt-br.md", "pt-BR", "posts/a"),
        ("hugo", CONFIGURED, "content/posts/a.en.md", "en-GB", "posts/a"),
        ("hugo", CONFIGURED, "content/posts/a.md", None, "posts/a"),
        ("hugo", CONFIGURED, "content/posts/a.fr.md", None, "posts/a.fr"),
        ("hugo", CONFIGURED, "content/posts/a/index.de.md", "de", "posts/a"),
        ("hugo", CONFIGURED, "content/de/a.md", None, "de/a"),
        ("hugo", DEFAULT_ONLY, "content/a.de.md", None, "a.de"),
        ("hugo", DEFAULT_ONLY, "content/a.en.md", "en-GB", "a"),
        ("hugo", FOLDERS, "content/german/posts/a.md", "de", "posts/a"),
        ("hugo", FOLDERS, "content/english/posts/a/index.md", "en", "posts/a"),
        ("zola", CONFIGURED, "content/a.de.md", "de", "a"),
        ("zola", NONE, "content/a.de.md", None, "a.de"),
        ("mkdocs", NONE, "docs/a.de.md", None, "a.de"),
        ("mkdocs", CONFIGURED, "docs/a.de.md", "de", "a"),
        ("jekyll", CONFIGURED, "_posts/de/2024-05-02-a.md", "de", "_posts/2024-05-02-a"),
        ("jekyll", CONFIGURED, "_i18n/en/_posts/a.md", "en-GB", "_i18n/_posts/a"),
        ("jekyll", CONFIGURED, "fr/_posts/a.md", None, "fr/_posts/a"),
        ("hexo", CONFIGURED, "source/_posts/PT_BR/a.md", "pt-BR", "_posts/a"),
        ("astro", CONFIGURED, "src/content/blog/de/a.mdx", "de", "src/content/blog/a"),
        ("plain", SiteLanguages((SiteLanguage("it", "it"),)), "it/a.md", "it", "a"),
        # Without a configuration, known codes are some at the usual places.
        ("hugo", UNKNOWN, "content/de/posts/a.md", "de", "posts/a"),
        ("hugo", UNKNOWN, "de/posts/a.md", "de", "posts/a"),
        ("hugo", UNKNOWN, "posts/de/a.md", None, "posts/de/a"),
        ("hugo", UNKNOWN, "posts/_index.fr.md", "fr", "posts/_index"),
        ("jekyll", UNKNOWN, "de/_posts/a.md", "de", "_posts/a"),
        ("jekyll", UNKNOWN, "_posts/de/a.md", "de", "_posts/a"),
        ("jekyll", UNKNOWN, "it/_posts/a.md", None, "it/_posts/a"),
        ("jekyll", UNKNOWN, "news/de/_posts/a.md", None, "news/de/_posts/a"),
        ("jekyll", UNKNOWN, "_posts/2024-05-02-el-nino.md", None, "_posts/2024-05-02-el-nino"),
        ("hexo", UNKNOWN, "source/_posts/zh-CN/a.md", "zh-CN", "_posts/a"),
        ("eleventy", UNKNOWN, "src/fr/a.md", "fr", "src/a"),
        ("astro", UNKNOWN, "src/content/blog/ja/a.md", "ja", "src/content/blog/a"),
        ("astro", UNKNOWN, "src/content/blog/en-route/a.md", None, "src/content/blog/en-route/a"),
        ("plain", UNKNOWN, "it/notes.md", None, "it/notes"),
        ("plain", UNKNOWN, "content/fr/posts/a.md", "fr", "content/posts/a"),
        ("plain", UNKNOWN, "content/it/a.md", None, "content/it/a"),
        ("plain", UNKNOWN, "x/content/fr/a.md", None, "x/content/fr/a"),
        ("plain", UNKNOWN, "de/notes.md", None, "de/notes"),
        ("plain", UNKNOWN, "p.en.md", "en", "p"),
        ("plain", UNKNOWN, "README.it.md", "it", "README"),
        ("plain", UNKNOWN, "release.no.md", None, "release.no"),
        ("plain", UNKNOWN, "release.NO.md", None, "release.NO"),
        ("plain", UNKNOWN, "v1.2.md", None, "v1.2"),
        ("plain", UNKNOWN, "a.min.md", None, "a.min"),
        ("plain", UNKNOWN, "a.d/b.md", None, "a.d/b"),
        ("plain", UNKNOWN, "a.de/b", None, "a.de/b"),
        ("plain", UNKNOWN, "x/.de.md", None, "x/.de"),
        ("docusaurus", UNKNOWN, "docs/a.de.md", None, "docs/a.de"),
    ],
)
def test_language_of_a_path(kind, languages, path, language, common_path):
    """Each kind has its rules, which have few wrong results."""
    located, shown_path, common = locate(kind, path, languages)
    assert (located, common) == (language, common_path)
    is_suffix = re.search(r"\.(?:[a-z]{2}|pt-br)\.md$", path) and located
    assert shown_path == (re.sub(r"\.[\w-]+\.md$", ".md", path) if is_suffix else path)


@pytest.mark.parametrize(
    ("path", "common_path"),
    [
        ("i18n/de/docusaurus-plugin-content-blog/a/index.md", "blog/a"),
        ("i18n/de/docusaurus-plugin-content-docs/current/b/c.mdx", "docs/b/c"),
        ("i18n/de/docusaurus-plugin-content-docs-team/current/c.md", "docs-team/c"),
        ("i18n/de/docusaurus-plugin-content-pages/d.md", "src/pages/d"),
    ],
)
def test_translations_of_docusaurus(path, common_path):
    """Its translations are in folders that are named after its plugins."""
    languages = SiteLanguages((EN, SiteLanguage("de", "de", "i18n/de")))
    location = languages.locate(path, DOCUSAURUS)
    assert (location.language, location.common_path) == ("de", common_path)


def test_the_innermost_folder_counts():
    """The folder of a language can be inside that of another one."""
    languages = SiteLanguages(
        (SiteLanguage("en", "en", "content"), SiteLanguage("de", "de", "content/de"))
    )
    assert locate("hugo", "content/de/a.md", languages) == ("de", "content/de/a.md", "a")
    assert locate("hugo", "content/a.md", languages) == ("en", "content/a.md", "a")
    everything = SiteLanguages((SiteLanguage("de", "de", ""),))
    assert locate("hugo", "posts/a.md", everything) == ("de", "posts/a.md", "posts/a")


@pytest.mark.parametrize(
    ("front", "path", "language", "codes"),
    [
        ("lang: de", "a.md", "de", []),
        ("Language: pt_BR", "a.md", "pt-BR", []),
        ("locale: en_US.UTF-8", "a.md", "en-US", []),
        ("lang: no", "a.md", "no", []),
        ("lang: fr", "a.de.md", "fr", []),
        ("", "a.de.md", "de", []),
        ("", "a.md", None, []),
        ("lang: German", "a.de.md", "de", ["unknown-language"]),
        ("language: Python", "a.md", None, []),
        ("language: [go, python]", "a.md", None, []),
        ("lang: xx\nlanguage: sv", "a.md", "sv", ["unknown-language"]),
    ],
)
def test_language_of_a_document(front, path, language, codes):
    """The front matter counts more than the path; `language` may be something else."""
    parsed = parse_document(f"---\ntitle: T\n{front}\n---\n", path)
    assert parsed.content.language == language
    assert [item.code for item in parsed.diagnostics] == codes


@pytest.mark.parametrize(
    ("kind", "path", "title"),
    [
        ("plain", "p.en.md", "P"),
        ("jekyll", "_posts/2024-05-02-bridge-opens.de.md", "Bridge Opens"),
        ("hugo", "posts/bridge-opens/index.fr.md", "Bridge Opens"),
        ("plain", "release.no.md", "Release.no"),
    ],
)
def test_the_title_has_no_language(kind, path, title):
    """A title that is made from the file's name does not contain the language."""
    parsed = parse_document("---\n---\n", path, kind=KINDS[kind])
    assert parsed.content.title == title


def test_a_date_and_a_language():
    """The name may consist of a date and a language: then there is no title."""
    assert parse_document("---\n---\n", "2024-05-02.de.md").content.title == ""


@pytest.mark.parametrize(
    ("kind", "front", "key"),
    [
        ("hugo", "translationKey: bridge", "bridge"),
        ("jekyll", "ref: bridge", "bridge"),
        ("jekyll", "lang-ref: bridge", "bridge"),
        ("jekyll", "page_id: 7", "7"),
        ("plain", "ref: bridge", "/a"),
        ("pelican", "slug: bridge", "bridge"),
        ("plain", "translation_id: [x]", "/a"),
        ("plain", "", "/a"),
    ],
)
def test_translation_key(kind, front, key):
    """It is the text that the generator, or its plugins and recipes, compare; else the path."""
    parsed = parse_document(f"---\n{front}\n---\n", "a.de.md", kind=KINDS[kind])
    assert parsed.content.translation_key == key


def test_languages_in_newsgraph_toml():
    """They replace those of the configuration, but have the folders and tags that it gives them."""
    german = SiteLanguage("de", "de-AT", "content/de")
    assert merge_languages(None, (EN, german)) == (EN, german)
    brazilian = replace(PT, url_folder="pt-br")
    assert merge_languages(["de", "pt_BR", "de"], (EN, german)) == (german, brazilian)
    assert merge_languages(["it"], None) == (SiteLanguage("it", "it"),)
    assert merge_languages([], (EN,)) == ()


@given(st.text(), st.sampled_from(sorted(KINDS)), st.sampled_from((UNKNOWN, CONFIGURED, FOLDERS)))
def test_any_path(path, kind, languages):
    """A path of any form can be located; what it says has no suffix more than before."""
    location = languages.locate(path, KINDS[kind])
    assert len(location.path) <= len(path)
    assert location.path == path or location.language is not None


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_page_shows_the_rules(kind):
    """The tables of docs/archives.md are those of the code."""
    suffix, folder, keys = page_rows("language of a suffix")[kind.name]
    assert (suffix == "none") == (not kind.has_language_suffixes)
    assert ("configured" in folder) == kind.has_language_folders
    assert ("first" in folder) == bool(kind.language_folder_depth)
    assert tuple(re.findall("below `(.*?)`", folder)) == kind.language_parents
    assert tuple(re.findall("`(.*?)`", keys)) == kind.translation_keys
    aliases, redirects = page_rows("a relative path")[kind.name]
    expected = {"root": "the root", "section": "the document's section", None: "no address"}
    assert aliases.startswith(expected[kind.alias_base])
    assert tuple(re.findall("`(.*?)`", redirects)) == kind.redirect_keys


def test_docs_name_the_exceptions():
    """docs/archives.md lists the codes that are no languages without a configuration."""
    page = (Path(__file__).parents[3] / "docs" / "archives.md").read_text("utf-8")
    for codes in (WORDS, ABBREVIATIONS - WORDS):
        assert ", ".join(f"`{code}`" for code in sorted(codes)) in " ".join(page.split())
