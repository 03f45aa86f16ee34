"""Files are found in the folders that Hugo's configuration names, also after it changes."""

from __future__ import annotations

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.importing.local_files import LocalFiles
from newsgraph.store.importing.site_rules import read_site_rules
from tests.store.picture_files import png

FILES = ("static/a.png", "media/a.png", "de/a.png", "pics/a.png", "content/a.png", "data/a.png")


def find(folder, document="content/p.md", url="/a.png"):
    """Return the path of the file that a URL means."""
    root = read_root(folder)
    file = LocalFiles(root, read_site_rules(root)).find_file(url, document)
    return None if file is None else file.path


@pytest.fixture
def hugo(archive):
    """An archive of Hugo with a picture of the same name in several folders."""
    for path in FILES:
        archive.write_file(path, png())
    archive.write_file("hugo.toml", "")
    archive.write_file("content/_index.md", "---\ntitle: T\n---\n")
    return archive


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"hugo.toml": ""}, "static/a.png"),
        ({"hugo.toml": "staticDir = 'media'"}, "media/a.png"),
        ({"hugo.toml": "staticDir = ['x', 'media']"}, "media/a.png"),
        ({"hugo.toml": "[languages.de]\nstaticDir = 'de'"}, "de/a.png"),
        ({"hugo.toml": "staticDir = '../site'"}, "content/a.png"),
        (
            {"hugo.toml": "[[module.mounts]]\nsource = 'pics'\ntarget = 'static'\n"},
            "pics/a.png",
        ),
        (
            {"config/_default/module.yaml": "mounts: [{source: pics, target: static}]"},
            "pics/a.png",
        ),
        ({"config/_default/languages.toml": "[de]\nstaticDir = 'de'\n"}, "de/a.png"),
    ],
)
def test_folders_of_the_configuration(hugo, files, path):
    """They take the place of `static`, whichever file names them."""
    if "hugo.toml" not in files:
        hugo.remove("hugo.toml")
        hugo.write_file("config/_default/hugo.toml", "")
    for name, text in files.items():
        hugo.write_file(name, text)
    assert find(hugo.folder) == path


def test_a_target_below_the_base_url(hugo):
    """Only URLs below it mean files of the mount."""
    mount = "[[module.mounts]]\nsource = 'pics'\ntarget = 'static/img'\n"
    hugo.write_file("hugo.toml", mount)
    assert find(hugo.folder, url="/img/a.png") == "pics/a.png"
    assert find(hugo.folder, url="/a.png") == "content/a.png"


def test_an_imported_folder_with_a_mount(hugo):
    """Only mounts in the imported folder count, by their paths in it."""
    hugo.write_file("content/pics/b.png", png())
    hugo.write_file("hugo.toml", "staticDir = ['media', 'content/pics']\n")
    assert find(hugo.folder / "content", "p.md", "/b.png") == "pics/b.png"
    assert find(hugo.folder / "content", "p.md", "/a.png") == "a.png"


def test_folders_that_eleventy_copies(archive):
    """A URL means the file that is copied to its path, or else one in a usual folder."""
    for path in ("assets/img/a.png", "public/b.png", "img/c.png"):
        archive.write_file(path, png())
    archive.write_file("eleventy.config.js", 'c.addPassthroughCopy({"assets/img": "img"});')
    found = [find(archive.folder, "p.md", url) for url in ("/img/a.png", "/b.png", "/img/c.png")]
    assert found == ["assets/img/a.png", "public/b.png", "img/c.png"]
