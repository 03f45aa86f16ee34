"""Renders bodies of an invented archive."""

from __future__ import annotations

from newsgraph.store.bodies.context import BodyContext, LocalFile
from newsgraph.store.bodies.render import render_body
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.html import sanitize_body

PHOTO = LocalFile("posts/quay.png", "0" * 64, "image/png", 1_000, 800, 600)
FILM = LocalFile("posts/film 1.mp4", "1" * 64, "video/mp4", 9_000)


DOCUMENTS = {
    **dict.fromkeys(("../plans/bridge.md", "/plans/bridge.md"), "plans/bridge.md"),
    "../plans/roads.html": "plans/roads.html",
    "a b.md": "posts/a b.md",
}


class InventedTargets:
    """An archive of three documents, a photo and a film."""

    def find_document(self, name):
        """Return the path of the document with the name."""
        return DOCUMENTS.get(name)

    def find_file(self, url):
        """Return the file with the name."""
        return {"quay.png": PHOTO, "/posts/quay.png": PHOTO, "film%201.mp4": FILM}.get(url)

    def read_include(self, name, *, relative):
        """Return nothing: templates include, and this is not about them."""

    def find_site_value(self, names):
        """Return nothing, likewise."""


STORY_URL = "https://harbour.example/2024/tides/"
CONTEXT = BodyContext(
    "posts/tides.md",
    KINDS["plain"],
    page_path="/articles/posts/tides",
    story_url=STORY_URL,
    targets=InventedTargets(),
)


def render(body, *, is_html=False, context=CONTEXT):
    """Return the HTML of a body, with the attributes of each element sorted."""
    return sanitize_body(render_body(body, context, is_html=is_html).html)
