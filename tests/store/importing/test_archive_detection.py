"""The generator of an archive is detected by its files; its configuration describes the site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.site_config import SiteConfig
from newsgraph.store.importing.archive_detection import detect_archive, find_inner_archives
from newsgraph.store.importing.file_discovery import list_documents

TOWN = SiteConfig("Town Paper", "News of the town", "https://town.example/", "en", "Europe/Berlin")
CONFIGURATIONS = [
    (
        "jekyll",
        "_config.yml",
        (
            "title: Town Paper\ndescription: News of the town\nurl: https://town.example\n"
            "baseurl: /\nlang: en\ntimezone: Europe/Berlin\nplugins: [jekyll-feed]"
        ),
    ),
    (
        "hexo",
        "_config.yml",
        (
            "title: Town Paper\nsubtitle: ''\ndescription: News of the town\nlanguage: en\n"
            "timezone: Europe/Berlin\nurl: https://town.example/\nsource_dir: source"
        ),
    ),
    (
        "hugo",
        "hugo.toml",
        (
            "baseURL = 'https://town.example/'\ntitle = 'Town Paper'\nlanguageCode = 'en'\n"
            "timeZone = 'Europe/Berlin'\n[params]\ndescription = 'News of the town'"
        ),
    ),
    (
        "hugo",
        "config/_default/config.yaml",
        (
            "baseurl: https://town.example/\ntitle: Town Paper\ndefaultContentLanguage: en\n"
            "timeZone: Europe/Berlin\nparams: {description: News of the town}"
        ),
    ),
    (
        "zola",
        "config.toml",
        (
            'base_url = "https://town.example/"\ntitle = "Town Paper"\ndefault_language = "en"\n'
            'description = "News of the town"\ntimezone = "Europe/Berlin"'
        ),
    ),
    (
        "mkdocs",
        "mkdocs.yml",
        (
            "site_name: Town Paper\nsite_url: https://town.example/\n"
            "site_description: News of the town\n"
            "theme: {language: de}\nlanguage: en\ntimezone: Europe/Berlin\n"
            "markdown_extensions:\n  - x: !!python/name:a.b ''"
        ),
    ),
    (
        "docusaurus",
        "docusaurus.config.js",
        (
            "const config = {\n  title: 'Town Paper',\n  tagline: \"News of the town\",\n"
            "  url: 'https://town.example',\n  baseUrl: '/',\n  locale: 'en',\n"
            "  timezone: 'Europe/Berlin',\n};"
        ),
    ),
    (
        "pelican",
        "pelicanconf.py",
        (
            "SITENAME = 'Town Paper'\nSITESUBTITLE = 'News of the town'\n"
            "SITEURL = 'https://town.example/'\n"
            "DEFAULT_LANG = 'en'\nTIMEZONE = 'Europe/Berlin'"
        ),
    ),
]


@pytest.mark.parametrize(("kind", "name", "text"), CONFIGURATIONS, ids=lambda value: value[:20])
def test_configuration(tmp_path, kind, name, text):
    """Kind, title, URL, language and zone are read, also from a folder inside the archive."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    detected = detect_archive(tmp_path)
    config = replace(detected.config, content_folder=None)
    assert (detected.kind.name, config, detected.evidence) == (kind, TOWN, path)
    assert detected.config.content_folder == ("source" if "source_dir" in text else None)
    inner = tmp_path / "src" / "content"
    inner.mkdir(parents=True)
    assert detect_archive(inner).kind.name == kind
    assert not detect_archive(inner).is_complete


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("jekyll", "_posts/a.md"),
        ("hexo", "source/_posts/a.md"),
        ("hugo", "posts/_index.md"),
        ("astro", "astro.config.mjs"),
        ("eleventy", ".eleventy.js"),
        ("eleventy", "eleventy.config.js"),
        ("plain", "posts/a.md"),
        ("plain", "config.toml"),
    ],
)
def test_files(tmp_path, kind, name):
    """Some files show the kind without saying anything."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("", "utf-8")
    detected = detect_archive(tmp_path)
    assert (detected.kind.name, detected.config) == (kind, SiteConfig())


@pytest.mark.parametrize(
    "text", ["title: [", "- a", "", "\x00", "title: {a: b}\nurl: /path\nlang: '??'", "{{ x }}"]
)
def test_a_configuration_that_says_nothing(tmp_path, text):
    """What cannot be read is ignored: the generator reports what is wrong with it."""
    (tmp_path / "_config.yml").write_text(text, "utf-8")
    detected = detect_archive(tmp_path)
    assert (detected.kind.name, detected.config) == ("jekyll", SiteConfig())


def test_name_is_the_title_of_some_sites(tmp_path):
    """Many sites of Jekyll have a `name` instead of a `title`."""
    (tmp_path / "_config.yml").write_text("name: Town Paper\n", "utf-8")
    assert detect_archive(tmp_path).config.title == "Town Paper"


def test_the_repository_is_the_limit(tmp_path):
    """Files above the root of a Git repository do not count."""
    (tmp_path / "_config.yml").write_text("title: Another\n", "utf-8")
    (tmp_path / "site" / ".git").mkdir(parents=True)
    assert detect_archive(tmp_path / "site").kind.name == "plain"


def test_newsgraph_toml_has_precedence(tmp_path):
    """The settings in newsgraph.toml override what the generator's configuration says."""
    text = (
        "title: A\ndescription: B\ncollections: {people: {output: true}, data: }\n"
        "include: [_pages, .well-known]\nexclude: [docs/]\n"
    )
    (tmp_path / "_config.yml").write_text(text)
    root = read_root(tmp_path)
    assert root.collection == Collection(
        title="A",
        description="B",
        kind="jekyll",
        document_folders=("people", "pages"),
    )
    assert root.evidence == root.config_file == tmp_path / "_config.yml"
    (tmp_path / "newsgraph.toml").write_text('title = "C"\nkind = "plain"\ntime_zone = "UTC"\n')
    root = read_root(tmp_path)
    assert (root.collection.title, root.collection.description) == ("C", "B")
    assert (root.collection.kind, root.collection.time_zone) == ("plain", "UTC")
    assert root.evidence is root.config_file is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hugo.yaml", "contentDir: stuff"),
        ("mkdocs.yml", "docs_dir: ./stuff/"),
        ("pelicanconf.py", "PATH = 'stuff'"),
    ],
)
def test_the_configuration_names_the_folder_with_documents(tmp_path, name, text):
    """It takes the place of the generator's usual folders."""
    (tmp_path / name).write_text(text, "utf-8")
    for folder in ("stuff", "content", "docs"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.md").touch()
    assert list_documents(tmp_path, read_root(tmp_path).collection).paths == ["stuff/a.md"]


@pytest.mark.parametrize(
    "text",
    [
        *("contentDir: ../outside", "contentDir: a/../../outside", "contentDir: /outside"),
        *("contentDir: .", "path: outside", "params: {path: outside}"),
    ],
)
def test_no_folder_outside_of_the_archive(tmp_path, text):
    """A folder outside of the archive, and the paths of other things, are not read."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").touch()
    archive = tmp_path / "archive"
    (archive / "content").mkdir(parents=True)
    (archive / "content" / "a.md").touch()
    (archive / "hugo.yaml").write_text(text, "utf-8")
    assert list_documents(archive, read_root(archive).collection).paths == ["content/a.md"]


@pytest.mark.parametrize(
    ("kind", "files", "documents"),
    [
        (
            "jekyll",
            ["about.md", "_posts/a.md", "town/_posts/b.md", "_layouts/post.html", "_people/c.md"],
            ["_people/c.md", "_posts/a.md", "about.md", "town/_posts/b.md"],
        ),
        (
            "hugo",
            ["content/_index.md", "content/a/index.md", "content/a/b.md", "archetypes/default.md"],
            ["content/a/index.md"],
        ),
        (
            "hugo",
            ["posts/a.md", "posts/_index.md", "index.md", "themes/x/y.md"],
            ["index.md", "posts/a.md"],
        ),
        ("hugo", ["content/a.md", "content/b/c.md", "content/index.md"], None),
        ("docusaurus", ["docs/_partial.mdx", "docs/a.md"], ["docs/a.md"]),
        ("zola", ["content/a/index.md", "content/a/b.md", "content/_index.md"], None),
        ("docusaurus", ["blog/a.mdx", "docs/b.md", "README.md"], ["blog/a.mdx", "docs/b.md"]),
        ("eleventy", ["a.md", "_includes/x.html", "b/_data/y.md"], ["a.md"]),
        ("plain", ["_x/a.md", "content/b.md", "index.md"], None),
    ],
)
def test_documents_of_a_kind(tmp_path, kind, files, documents):
    """Each kind has folders with documents, and files that are none."""
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    collection = Collection(kind=kind, document_folders=("people",))
    if documents is None:
        documents = sorted(name for name in files if kind == "plain" or "_index" not in name)
    assert list_documents(tmp_path, collection).paths == documents


def test_archives_in_folders(tmp_path):
    """Those that have a configuration, by the name of their folder; deeper ones do not count."""
    for path in ("web/hugo.toml", "docs/mkdocs.yml", ".old/mkdocs.yml", "a/b/mkdocs.yml"):
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.write_text("title = 'Town'", "utf-8")
    archives = find_inner_archives(tmp_path)
    kinds = {name: archive.kind.name for name, archive in archives.items()}
    assert list(kinds.items()) == [("docs", "mkdocs"), ("web", "hugo")]
    assert find_inner_archives(tmp_path / "none") == {}
