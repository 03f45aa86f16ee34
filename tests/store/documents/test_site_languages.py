"""The configuration of a generator names the languages of its site."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import HUGO, KINDS
from newsgraph.store.documents.site_languages import parse_site_languages

HUGO_TOML = """
baseURL = "https://town.example/"
defaultContentLanguage = "en"
disableLanguages = ["fr"]
[languages.de]
languageCode = "de-AT"
contentDir = "content/de"
[languages.en]
contentDir = "./content/en/"
[languages.fr]
[languages.it]
disabled = true
[languages.pt-br]
weight = 3
"""
STARLIGHT = """
export default defineConfig({ integrations: [starlight({
  defaultLocale: 'root',
  locales: { root: { label: 'English', lang: 'en' }, 'zh-cn': { label: '中文', lang: 'zh-CN' } },
})] })
"""
SUBSITES = """
DEFAULT_LANG = 'en'
I18N_SUBSITES = {
    'de': {
        'SITENAME': 'Zeitung',
    },
    "fr": dict(SITENAME='Journal'),
}
"""


@pytest.mark.parametrize(
    ("kind", "path", "text", "expected"),
    [
        (
            "hugo",
            "hugo.toml",
            HUGO_TOML,
            [
                ("en", "en", "content/en", False),
                ("de", "de-AT", "content/de", False),
                ("fr", "fr", None, True),
                ("it", "it", None, True),
                ("pt-br", "pt-BR", None, False),
            ],
        ),
        ("hugo", "hugo.yaml", "title: T", [("en", "en", None, False)]),
        ("hugo", "hugo.yaml", "defaultContentLanguage: de", [("de", "de", None, False)]),
        (
            "hugo",
            "hugo.yaml",
            "languages: {de: {contentDir: ../x}}",
            [("en", "en", None, False), ("de", "de", None, False)],
        ),
        ("hugo", "hugo.yaml", "languages: {de: x}", ["en", "de"]),
        ("hugo", "hugo.toml", "[[", ["en"]),
        ("zola", "config.toml", "base_url = 'x'\ndefault_language = 'de'", []),
        (
            "zola",
            "config.toml",
            "base_url = 'x'\ndefault_language = 'de'\n[languages.fr]\n[languages.en]",
            ["de", "fr", "en"],
        ),
        ("jekyll", "_config.yml", "languages: [en, de]\ndefault_lang: de", ["de", "en"]),
        ("jekyll", "_config.yml", "languages: [it, en]", ["it", "en"]),
        ("jekyll", "_config.yml", "languages: [Ruby]", None),
        ("jekyll", "_config.yml", "lang: de", None),
        ("jekyll", "_config.yml", "", None),
        ("hexo", "_config.yml", "language: [zh-CN, en, default]", ["zh-cn", "en"]),
        ("hexo", "_config.yml", "language: en", None),
        ("mkdocs", "mkdocs.yml", "site_name: T", []),
        ("mkdocs", "mkdocs.yml", "plugins: [search, i18n]", []),
        (
            "mkdocs",
            "mkdocs.yml",
            "plugins:\n- search\n- i18n:\n    default_language: en\n    languages: {de: x, fr: y}",
            ["en", "de", "fr"],
        ),
        (
            "mkdocs",
            "mkdocs.yml",
            (
                "plugins:\n  i18n:\n    docs_structure: folder\n    languages:\n"
                "    - {locale: de}\n    - {locale: en, default: true}\n    - x"
            ),
            [("en", "en", "docs/en", False), ("de", "de", "docs/de", False)],
        ),
        (
            "docusaurus",
            "docusaurus.config.js",
            "i18n: {\n defaultLocale: 'en',\n locales: ['en', 'de'],\n}",
            [("en", "en", "i18n/en", False), ("de", "de", "i18n/de", False)],
        ),
        ("docusaurus", "docusaurus.config.js", "const x = 1", None),
        (
            "astro",
            "astro.config.mjs",
            "i18n: {locales: ['es', 'en'], defaultLocale: 'en'}",
            ["en", "es"],
        ),
        ("astro", "astro.config.mjs", STARLIGHT, ["en", "zh-cn"]),
        ("astro", "astro.config.mjs", "", None),
        ("pelican", "pelicanconf.py", SUBSITES, ["en", "de", "fr"]),
        ("pelican", "pelicanconf.py", "DEFAULT_LANG = 'en'", None),
        ("eleventy", ".eleventy.js", "", None),
        ("plain", "x", "", None),
    ],
)
def test_languages(kind, path, text, expected):
    """They are those of the generator, or of a plugin for it, the default language first."""
    languages = parse_site_languages(KINDS[kind], text, path)
    if languages is None or expected is None:
        assert languages is expected
    elif expected and isinstance(expected[0], tuple):
        assert [
            (language.code, language.tag, language.folder, language.is_disabled)
            for language in languages
        ] == expected
    else:
        assert [language.code for language in languages] == expected


def test_a_file_of_its_own_for_hugos_languages():
    """A folder with the configuration has a file for each of its parts."""
    file = ("de:\n  contentDir: content/de\nen:\n  weight: 1\n", "languages.yaml")
    languages = parse_site_languages(HUGO, "title = 'T'", "hugo.toml", file)
    assert languages is not None
    assert [(language.code, language.folder) for language in languages] == [
        ("en", None),
        ("de", "content/de"),
    ]
