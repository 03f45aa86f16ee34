"""The pictures of a site are files of its folder, or URLs."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import SITE, Archive
from tests.store.dump import fetch_rows
from tests.store.importing.import_results import diagnostic_codes
from tests.store.picture_files import MP3, png


@pytest.fixture
def site(tmp_path):
    """A function that returns a folder with an article, two pictures and a sound."""

    def write(**settings):
        archive = Archive(tmp_path / "site", Collection(id="site", **settings))
        archive.write_file("images/icon.png", png(64, 64))
        archive.write_file("static/logo.png", png(120, 60))
        archive.write_file("a.mp3", MP3)
        archive.write_article("a.md", title="A", date="2024-01-01")
        return archive

    return write


def hrefs(opened):
    """Return the URLs of the files by their paths."""
    rows = fetch_rows(opened.path, "SELECT path, href FROM local_file")
    return {path: f"{SITE}/files/{href}" for path, href in rows}


async def test_files_are_served(opened, site):
    """They have the URL of this server, and the file is found under it."""
    archive = site(icon="images/icon.png", logo="/logo.png")
    report = await opened.store.import_roots([archive.root])
    assert diagnostic_codes(report) == []
    collection, files = (await opened.store.state()).collection, hrefs(opened)
    assert (collection.icon, collection.logo) == (
        files["images/icon.png"],
        files["static/logo.png"],
    )
    sha256, name = collection.icon.rsplit("/", 2)[1:]
    [served] = await opened.store.find_files(sha256, name)
    assert served.path == "images/icon.png"


async def test_another_picture_changes_all_feeds(opened, site):
    """A new picture with the old name is a new revision, and the old one is not served."""
    archive = site(icon="images/icon.png")
    await opened.store.import_roots([archive.root])
    before = await opened.store.state()
    archive.write_file("images/icon.png", png(32, 32))
    report = await opened.store.import_roots([archive.root])
    assert (report.unchanged, report.revision) == (1, 2)
    after = await opened.store.state()
    assert after.collection.icon != before.collection.icon
    assert set(fetch_rows(opened.path, "SELECT revision, full_revision FROM feed")) == {(2, 2)}
    assert list(hrefs(opened)) == ["images/icon.png"]
    assert (await opened.store.import_roots([archive.root])).revision == 2


async def test_picture_that_no_setting_names_any_more(opened, site):
    """Its file is not served."""
    archive = site(icon="images/icon.png")
    await opened.store.import_roots([archive.root])
    archive.collection = Collection(id="site")
    await opened.store.import_roots([archive.root])
    assert hrefs(opened) == {}
    assert (await opened.store.state()).collection.icon is None


@pytest.mark.parametrize(
    ("url", "icon", "stored"),
    [
        (None, "https://a.example/i.png", "https://a.example/i.png"),
        ("https://a.example/blog/", "missing.png", "https://a.example/blog/missing.png"),
        ("https://a.example/blog/", "/missing.png", "https://a.example/missing.png"),
        (None, "missing.png", None),
        (None, "a.mp3", None),
        (None, "../site/images/icon.png", None),
        (None, "javascript:x", None),
    ],
)
async def test_urls(opened, site, url, icon, stored):
    """A picture without a file has its URL on the site; without that, it is reported."""
    report = await opened.store.import_roots([site(url=url, icon=icon).root])
    assert (await opened.store.state()).collection.icon == stored
    assert diagnostic_codes(report) == ([] if stored else ["relative-url"])


async def test_another_picture_of_a_publisher_changes_its_feed(opened, archive):
    """Readers need the whole feed, as the picture is part of no entry; other feeds stay."""
    for name, domain in (("One", "one.org"), ("Two", "two.org")):
        archive.write_organization(f"{name}.md", name, domain, images=["https://a.example/1.png"])
        provider = {"name": name, "domain": domain}
        archive.write_article(f"of-{name}.md", date="2024-01-01", provider=provider)
    for path in ("One.md", "Two.md"):
        text = (archive.folder / path).read_text("utf-8")
        archive.write_file(path, f"---\n{text}---\n")
    await opened.store.import_roots([archive.root])
    text = (archive.folder / "One.md").read_text("utf-8").replace("1.png", "2.png")
    archive.write_file("One.md", text)
    await opened.store.import_roots([archive.root])
    feeds = "SELECT domain, full_revision FROM feed JOIN provider USING (id) ORDER BY domain"
    assert fetch_rows(opened.path, feeds) == [("one.org", 2), ("two.org", 1)]
