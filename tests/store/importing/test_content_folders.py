"""Documents in several languages are in several folders, or have several files."""

from __future__ import annotations

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.importing.file_discovery import list_documents

HUGO = "languages:\n  en: {weight: 1}\n  de: {contentDir: inhalt/de}\n  fr: {disabled: true}\n"
FOLDERS = "languages:\n  en: {contentDir: content/en}\n  de: {contentDir: content/de}\n"
DOCUSAURUS = "i18n: {defaultLocale: 'en', locales: ['en', 'de']}"


def write(folder, names, **configuration):
    """Write empty files, and a configuration."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for text, name in configuration.values():
        (folder / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("name", "text", "files", "documents"),
    [
        (
            "hugo.yaml",
            HUGO,
            ["content/a.md", "inhalt/de/b.md", "inhalt/c.md", "content/d.fr.md"],
            ["content/a.md", "inhalt/de/b.md"],
        ),
        (
            "hugo.yaml",
            FOLDERS,
            ["content/en/a.md", "content/de/a.md", "content/c.md", "content/en/index.md"],
            ["content/de/a.md", "content/en/a.md", "content/en/index.md"],
        ),
        (
            "hugo.yaml",
            HUGO,
            [
                *("content/_index.md", "content/_index.en.md", "content/_index.sv.md"),
                *("content/a/index.md", "content/a/index.en.md", "content/a/b.en.md"),
                *("content/c/index.en.md", "content/c/d.md"),
            ],
            ["content/a/index.en.md", "content/a/index.md", "content/c/index.en.md"],
        ),
        (
            "config.toml",
            "base_url = 'https://x.example'\n[languages.fr]\n",
            ["content/_index.fr.md", "content/a.fr.md", "content/a.md"],
            ["content/a.fr.md", "content/a.md"],
        ),
        (
            "docusaurus.config.js",
            DOCUSAURUS,
            [
                *("blog/a.md", "i18n/de/docusaurus-plugin-content-blog/a.md"),
                *("i18n/fr/docusaurus-plugin-content-blog/a.md", "i18n/de/other/a.md"),
            ],
            ["blog/a.md", "i18n/de/docusaurus-plugin-content-blog/a.md"],
        ),
        (
            "docusaurus.config.js",
            "",
            [
                *("docs/a.md", "i18n/fr/docusaurus-plugin-content-docs/current/a.md"),
                "i18n/shared/docusaurus-plugin-content-docs/a.md",
            ],
            ["docs/a.md", "i18n/fr/docusaurus-plugin-content-docs/current/a.md"],
        ),
        (
            "_config.yml",
            "languages: [en, de]",
            ["_i18n/en/_posts/a.md", "_posts/a.md", "_other/a.md"],
            ["_i18n/en/_posts/a.md", "_posts/a.md"],
        ),
        ("_config.yml", "lang: en", ["_i18n/en/_posts/a.md", "_posts/a.md"], ["_posts/a.md"]),
    ],
)
def test_documents_in_several_languages(tmp_path, name, text, files, documents):
    """What the generator builds in any of the site's languages is a document."""
    write(tmp_path, files, config=(text, name))
    assert list_documents(tmp_path, read_root(tmp_path).collection).paths == sorted(documents)


@pytest.mark.parametrize(
    ("imported", "folders"),
    [
        ("", ["content", "content/de"]),
        ("content", ["", "de"]),
        ("content/de", [None, ""]),
        ("content/de/posts", [None, ""]),
        ("content/en", ["", None]),
    ],
)
def test_folders_are_relative_to_the_imported_one(tmp_path, imported, folders):
    """If only a part of the archive is imported, its languages are still known."""
    text = "languages:\n  en: {contentDir: content}\n  de: {contentDir: content/de}\n"
    write(tmp_path, [f"{imported}/a.md".lstrip("/")], config=(text, "hugo.yaml"))
    languages = read_root(tmp_path / imported).collection.languages
    assert languages is not None
    assert [language.folder for language in languages] == folders


def test_a_file_of_its_own_for_languages(tmp_path):
    """A folder with Hugo's configuration can have a file with its languages."""
    folder = tmp_path / "config" / "_default"
    folder.mkdir(parents=True)
    (folder / "hugo.toml").write_text('baseURL = "https://x.example/"\n')
    (folder / "languages.toml").write_text('[de]\nlanguageCode = "de-CH"\n')
    languages = read_root(tmp_path).collection.languages
    assert languages is not None
    assert [language.tag for language in languages] == ["en", "de-CH"]


def test_newsgraph_toml_names_the_languages(tmp_path):
    """Its `languages` count instead of those of the configuration."""
    write(tmp_path, [], config=('languages = ["it", "pt_BR"]\nlanguage = "de"\n', "newsgraph.toml"))
    collection = read_root(tmp_path).collection
    assert collection.languages is not None
    assert [language.tag for language in collection.languages] == ["it", "pt-BR"]
    assert collection.default_language == "de"
