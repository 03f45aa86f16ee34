"""Templates see settings and data files of a site, and documents follow these."""

from __future__ import annotations

import os

import pytest

from newsgraph.store.bodies.context import SiteValue
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.importing.archive_files import MAX_BYTES
from newsgraph.store.importing.site_rules import read_site_rules
from newsgraph.store.importing.site_values import is_site_reference
from tests.store.archive import Archive
from tests.store.importing.import_results import article_values, nonzero_counts

CONFIG = """title: Town
repository: https://git.example/town
since: 2019-05-02
posts: mine
host: {name: a, port: 80}
collections: {people: {output: true}}
people: none
"""


class ConfiguredArchive(Archive):
    """An archive with the configuration of its generator."""

    @property
    def root(self):
        """The folder, and its configuration."""
        return ImportRoot(self.folder, self.collection, config_file=self.folder / "_config.yml")


def find(root, names):
    """Return what names in the variable `site` mean, and its reference."""
    return read_site_rules(root).site_values(root.folder).find(names.split("/"))


@pytest.fixture
def jekyll(tmp_path):
    """An archive of Jekyll with data files."""
    archive = ConfiguredArchive(tmp_path / "site", Collection(id="site", kind="jekyll"))
    archive.write_file("_config.yml", CONFIG)
    archive.write_file("_data/releases.yml", "- {version: 1.2.0, date: 2024-05-02, size: 10}\n")
    archive.write_file("_data/people.csv", "name,city\nAnn,Riga\n")
    archive.write_file("_data/tides.tsv", "port\tlevel\nRiga\t2\n")
    archive.write_file("_data/ports of.call!.json", '{"riga": true}')
    archive.write_file("_data/locales/de.yaml", "back: Zurück\n")
    archive.write_file("_data/twice.yml", "from: yml")
    archive.write_file("_data/twice.json", '{"from": "json"}')
    return archive


@pytest.mark.parametrize(
    ("names", "value", "length"),
    [
        ("repository", "https://git.example/town", 1),
        ("since", "2019-05-02", 1),
        ("host/port", {"name": "a", "port": 80}, 1),
        ("data/releases", [{"version": "1.2.0", "date": "2024-05-02", "size": 10}], 2),
        ("data/people/first", [{"name": "Ann", "city": "Riga"}], 2),
        ("data/tides", [{"port": "Riga", "level": "2"}], 2),
        ("data/ports_ofcall", {"riga": True}, 2),
        ("data/locales/de/back", {"back": "Zurück"}, 3),
        ("data/twice", {"from": "json"}, 2),
    ],
)
def test_values(jekyll, names, value, length):
    """Settings are texts, numbers and more; data files of all formats have Jekyll's names."""
    result, reference = find(jekyll.root, names)
    assert result == SiteValue(value, length)
    assert reference == f"site:{'/'.join(names.split('/')[:length])}"
    assert is_site_reference(reference)


@pytest.mark.parametrize(
    "names",
    [
        *("missing", "posts", "people", "data", "data/missing", "data/missing/a", "data/locales"),
        *("data/locales/fr", "data/.hidden", "data/hidden", "data/outside", "data/folder/a"),
        *("data/secret", "data/pipe", "data/large", "data/broken", "data/empty", "data/../a"),
    ],
)
def test_unknown_values(jekyll, names, tmp_path):
    """Neither what Jekyll computes, nor hidden, broken and large files, nor links out of it."""
    data = jekyll.folder / "_data"
    (tmp_path / "outside.yml").write_text("a: 1")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.yml").write_text("a: 1")
    jekyll.write_file(".secret.yml", "a: 1")
    jekyll.write_file("a.yml", "a: 1")
    jekyll.write_file("_data/.hidden.yml", "a: 1")
    jekyll.write_file("_data/broken.yml", "a: [")
    jekyll.write_file("_data/empty.yml", "")
    jekyll.write_file("_data/large.yml", "a" * (MAX_BYTES + 1))
    (data / "outside.yml").symlink_to(tmp_path / "outside.yml")
    (data / "folder").symlink_to(tmp_path / "folder")
    (data / "secret.yml").symlink_to("../.secret.yml")
    os.mkfifo(data / "pipe.yml")
    assert find(jekyll.root, names)[0] is None


def test_links_inside_of_the_folder(jekyll):
    """They are followed."""
    (jekyll.folder / "_data" / "again.yml").symlink_to("locales/de.yaml")
    assert find(jekyll.root, "data/again")[0] == SiteValue({"back": "Zurück"}, 2)


@pytest.mark.parametrize(
    ("folder", "is_found"), [("more/data", True), ("../other", False), (".data", False)]
)
def test_data_folder(jekyll, tmp_path, folder, is_found):
    """The configuration names it; it is inside of the archive, and not hidden."""
    file = tmp_path / "site" / folder / "a.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a: 1")
    jekyll.write_file("_config.yml", f"data_dir: {folder}")
    assert (find(jekyll.root, "data/a")[0] is not None) == is_found


def test_folder_inside_of_an_archive(jekyll):
    """Only data files in the imported folder are read; settings are those of the archive."""
    jekyll.write_file("_posts/_data/a.yml", "a: 1")
    root = ImportRoot(jekyll.folder / "_posts", jekyll.collection, None, jekyll.root.config_file)
    assert find(root, "data/releases")[0] is None
    assert find(root, "data/a")[0] is None
    assert find(root, "title")[0] == SiteValue("Town", 1)


def test_other_kinds(jekyll):
    """They have no such variable."""
    jekyll.collection = Collection(kind="hugo")
    assert find(jekyll.root, "title") == (None, None)


@pytest.mark.parametrize(
    ("file", "texts"),
    [
        ("_data/new.yml", ["tag: v2", "tag: v3", None]),
        ("_config.yml", [f"{CONFIG}new: v2", f"{CONFIG}new: v3"]),
    ],
)
async def test_documents_follow_values(opened, jekyll, file, texts):
    """One that uses a value is rendered again when the value changes; no date moves."""
    name = "site.new" if file == "_config.yml" else "site.data.new.tag"
    jekyll.write_article("_posts/2024-05-02-a.md", body=f"It is *{{{{ {name} }}}}*.")
    jekyll.write_article("_posts/2024-05-03-b.md", body="Text, {{ site.repository }}.")
    await opened.import_archives(jekyll)
    dates = article_values(opened.path, "updated_at")
    for text in texts:
        if text is None:
            jekyll.remove(file)
        else:
            jekyll.write_file(file, text)
        report = await opened.import_archives(jekyll)
        assert nonzero_counts(report) == {"updated": 1, "unchanged": 1}
        html = article_values(opened.path, "body_html")["_posts/2024-05-02-a"]
        assert (f"<em>{text and text[-2:]}</em>" in html) == (text is not None)
        assert article_values(opened.path, "updated_at") == dates
        again = await opened.import_archives(jekyll)
        assert nonzero_counts(again) == {"unchanged": 2}


async def test_values_of_the_front_matter(opened, jekyll):
    """Nested ones, too; what Jekyll computes is left out."""
    jekyll.write_article(
        "_posts/2024-05-02-a.md",
        body="{{ page.place.name }}, {{ page.shown }}, {{ page.url }}{{ page.tags }}.",
        place={"name": "Riga"},
        shown=True,
        tags=["a"],
        url="/a/",
    )
    await opened.import_archives(jekyll)
    assert article_values(opened.path, "body_html")["_posts/2024-05-02-a"] == (
        "<p>Riga, true, .</p>\n"
    )
