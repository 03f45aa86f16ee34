"""The paths at which a file can be, by the kind of the archive."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.folder_mounts import FolderMount
from newsgraph.store.importing.file_candidates import MAX_PATH_LENGTH, FileCandidates

PAGE = (Path(__file__).parents[3] / "docs" / "archives.md").read_text("utf-8")


def paths(url, document="posts/a.md", kind="plain", site=None, folder=None):
    """Return the candidates of a URL."""
    collection = Collection(kind=kind, url=site, content_folder=folder)
    return FileCandidates(collection).paths(url, document)


def test_the_page_lists_the_folders():
    """docs/archives.md has the folders of each kind."""
    table = PAGE[PAGE.index("| kind | folders of files |") :].partition("\n\n")[0]
    rows = {
        re.findall("`(.*?)`", line)[0]: tuple(re.findall("`(.*?)`", line)[1:])
        for line in table.splitlines()[2:]
    }
    assert rows == {
        name: (*kind.static_folders, *kind.content_folders)
        for name, kind in KINDS.items()
        if kind.static_folders or kind.content_folders
    }


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("bridge.jpg", "posts/bridge.jpg"),
        ("./bridge.jpg", "posts/bridge.jpg"),
        ("../img/bridge.jpg", "img/bridge.jpg"),
        ("/img/bridge.jpg", "static/img/bridge.jpg"),
        (" bridge.jpg?v=2#top ", "posts/bridge.jpg"),
        ("my%20bridge.jpg", "posts/my bridge.jpg"),
        ("my bridge.jpg", "posts/my bridge.jpg"),
        ("a%2Fb.JPG", "posts/a/b.JPG"),
        ("50%.jpg", "posts/50%.jpg"),
    ],
)
def test_the_file_beside_the_document_comes_first(url, first):
    """A relative URL is relative to the document, and one with a slash to the site."""
    assert paths(url)[0] == first


@pytest.mark.parametrize(
    "url",
    [
        "",
        "#top",
        "?x=a.png",
        "https://town.example/a.png",
        "//town.example/a.png",
        "data:image/png;base64,AA.png",
        "file:///etc/a.png",
        "C:/a.png",
        "..\\a.png",
        "a\0.png",
        "a%00.png",
        "a\ud800.png",
        "%ff.png",
        "plans.md",
        "a.html",
        "a",
        "a.png/",
        f"{'a' * MAX_PATH_LENGTH}.png",
    ],
)
def test_urls_that_mean_no_file(url):
    """Absolute URLs, URLs of other sites and of other types have no candidates."""
    assert paths(url) == []


@pytest.mark.parametrize(
    "url",
    [
        "../../a.png",
        "../../../../etc/a.png",
        "%2e%2e/%2e%2e/a.png",
        "/../a.png",
        "/%2e%2e/a.png",
        "x/../../../a.png",
        "/x/../../a.png",
        "..%2f..%2fa.png",
    ],
)
def test_no_candidate_is_outside(url):
    """A path that leads out of the archive is left out, however it is written."""
    assert not [path for path in paths(url) if path.startswith(("..", "/"))]
    assert not [path for path in paths(url, kind="hugo") if path.startswith(("..", "/"))]


@pytest.mark.parametrize(
    ("kind", "document", "url", "path"),
    [
        ("jekyll", "_posts/2024-05-02-a.md", "/assets/a.png", "assets/a.png"),
        ("jekyll", "_posts/2024-05-02-a.md", "assets/a.png", "assets/a.png"),
        ("hugo", "content/posts/a/index.md", "a.png", "content/posts/a/a.png"),
        ("hugo", "content/posts/a.md", "/img/a.png", "static/img/a.png"),
        ("hugo", "content/posts/a.md", "img/a.png", "assets/img/a.png"),
        ("hugo", "content/posts/a.md", "../../img/a.png", "static/img/a.png"),
        ("zola", "content/a.md", "/a.png", "static/a.png"),
        ("zola", "content/a.md", "@/b/a.png", "content/b/a.png"),
        ("hexo", "source/_posts/a.md", "a.png", "source/_posts/a/a.png"),
        ("hexo", "source/_posts/a.md", "/images/a.png", "source/images/a.png"),
        ("eleventy", "src/posts/a.md", "/img/a.png", "public/img/a.png"),
        ("eleventy", "src/posts/a.md", "/img/a.png", "src/img/a.png"),
        ("astro", "src/content/blog/a.md", "../../assets/a.png", "src/assets/a.png"),
        ("astro", "src/content/blog/a.md", "/a.png", "public/a.png"),
        ("astro", "src/content/blog/a.md", "~/assets/a.png", "src/assets/a.png"),
        ("astro", "src/content/blog/a.md", "@/assets/a.png", "src/assets/a.png"),
        ("astro", "src/content/blog/a.md", "@assets/a.png", "src/assets/a.png"),
        ("docusaurus", "blog/a.md", "@site/static/img/a.png", "static/img/a.png"),
        ("docusaurus", "blog/a.md", "/img/a.png", "static/img/a.png"),
        ("mkdocs", "docs/b/a.md", "../img/a.png", "docs/img/a.png"),
        ("mkdocs", "docs/b/a.md", "/img/a.png", "docs/img/a.png"),
        ("pelican", "content/b/a.md", "{static}/images/a.png", "content/images/a.png"),
        ("pelican", "content/b/a.md", "%7Bstatic%7Da.png", "content/b/a.png"),
        ("pelican", "content/b/a.md", "{attach}../a.png", "content/a.png"),
        ("pelican", "content/b/a.md", "|filename|/a.png", "content/a.png"),
    ],
)
def test_folders_of_the_kinds(kind, document, url, path):
    """Each generator has its folders of files, and its ways to name them."""
    assert path in paths(url, document, kind)


def test_a_configured_folder_takes_the_place_of_the_usual_one():
    """The configuration of the generator names the folder with documents."""
    found = paths("/a.png", "text/a.md", "mkdocs", folder="text")
    assert found == ["text/a.png", "a.png"]


def test_the_path_of_the_site_is_removed():
    """Jekyll's `baseurl` and the like are part of the URL of the site, and of no folder."""
    found = paths("/news/img/a.png", kind="jekyll", site="https://town.example/news/")
    assert found == ["img/a.png", "news/img/a.png"]
    assert paths("/newsroom/a.png", site="https://town.example/news")[-1] == "newsroom/a.png"


def test_forms_of_unicode():
    """Systems write names in composed or decomposed form."""
    composed, decomposed = (unicodedata.normalize(form, "brücke.png") for form in ("NFC", "NFD"))
    for name in (composed, decomposed, "br%C3%BCcke.png"):
        assert {f"posts/{composed}", f"posts/{decomposed}"} <= set(paths(name))


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=30), st.sampled_from([".png", "/a.png"]))
def test_any_url(kind, text, end):
    """Whatever a document contains, all candidates are inside of the archive."""
    for path in paths(text + end, "content/posts/a.md", kind):
        assert path == re.sub(r"^(\.\./|/)+", "", path)
        assert not {"..", ".", ""} & set(path.split("/"))


def test_mounted_folders():
    """They take the place of the folders of the kind, but not of the folder with documents."""
    mounts = [FolderMount("public"), FolderMount("pics", "img")]
    candidates = FileCandidates(Collection(kind="hugo"), mounts)
    assert candidates.paths("/img/a.png", "content/a.md") == [
        *("public/img/a.png", "pics/a.png", "content/img/a.png", "img/a.png")
    ]
