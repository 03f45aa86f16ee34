"""Resolves the URLs in a body: to documents and files of the archive, or against the story's."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin

from newsgraph.store.bodies.context import DOCUMENT_SCHEME, LEFT_OUT_URL, SITE_SCHEME
from newsgraph.store.bodies.html_tree import select_path
from newsgraph.store.documents.frontmatter_formats import MARKDOWN_SUFFIXES
from newsgraph.store.documents.html import LINK_SCHEMES
from newsgraph.store.documents.uri_encoding import clean_url, iri_to_uri
from newsgraph.store.documents.urls import has_scheme, is_http_url, resolve_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsgraph.store.bodies.context import BodyContext, LocalFile

_WEB_SCHEMES: Final = ("http", "https")
_HTTP: Final = "(starts-with(@href, 'https://') or starts-with(@href, 'http://'))"
_HOST: Final = "substring-before(concat(substring-after(@href, '//'), '/'), '/')"
_find_links = select_path(f"a[@href][not({_HTTP}) or contains({_HOST}, '%')]")
_find_pictures = select_path("img[@src]")
_ENCODED_HOST: Final = re.compile(r"https?://[^/?#]*%", re.IGNORECASE)
"""comrak encodes a host like the rest of the URL, which only browsers decode."""


class LinkResolver:
    """Resolves the URLs in one body.

    Attributes:
        files: the files of the archive that the body refers to, by their paths.
        removed: URLs that nothing can be done with, because of their schemes.
    """

    def __init__(self, context: BodyContext) -> None:
        self._context = context
        self.files: dict[str, LocalFile] = {}
        self.removed: list[str] = []
        self._resolved: dict[str, str | None] = {}
        self._pictures: dict[str, tuple[str | None, LocalFile | None]] = {}

    def resolve_all(self, root: HtmlElement) -> None:
        """Resolve the URLs of links and pictures, and give pictures of the archive their size."""
        for link in _find_links(root):
            source = link.get("href")
            if source not in self._resolved:
                self._resolved[source] = _with_idna_host(self._resolve_link(source))
            url = self._resolved[source]
            if url is None:
                self._remove(link.attrib.pop("href"))
            elif url != source:
                link.set("href", url)
        for picture in _find_pictures(root):
            self._resolve_picture(picture)

    def is_article_picture(self, source: str) -> bool:
        """Return whether a URL in the body is that of a picture in the front matter."""
        if not self._context.pictures:
            return False
        url = clean_url(source)
        if not has_scheme(url):
            file = self._context.targets.find_file(url) if url else None
            url = self._absolute_url(url) if file is None else SITE_SCHEME + file.url_path
        return url in self._context.pictures

    def _resolve_picture(self, picture: HtmlElement) -> None:
        source = picture.get("src")
        if source not in self._pictures:
            url, file = self._resolve_source(source)
            self._pictures[source] = _with_idna_host(url), file
        url, file = self._pictures[source]
        if url is None:
            self._remove(source)
            _replace_by_text(picture)
            return
        if url != source:
            picture.set("src", url)
        # With one of the two, a browser computes the other.
        if (
            file is not None
            and file.width
            and file.height
            and not (picture.get("width") or picture.get("height"))
        ):
            picture.set("width", str(file.width))
            picture.set("height", str(file.height))

    def _remove(self, url: str) -> None:
        # Templates that are left out are counted there.
        if url != LEFT_OUT_URL:
            self.removed.append(url)

    def _resolve_source(self, source: str) -> tuple[str | None, LocalFile | None]:
        """Return the URL of a picture as it is stored, or None, and its file in the archive."""
        url = clean_url(source)
        if not url:
            return None, None
        if has_scheme(url):
            return (source if is_http_url(url) else None), None
        file = self._find_file(url)
        return (self._absolute_url(url) if file is None else SITE_SCHEME + file.url_path), file

    def _resolve_link(self, url: str) -> str | None:
        """Return the URL of a link as it is stored, or None if it is not to be served."""
        url = clean_url(url)
        if not url:
            return None
        if url.startswith("#"):
            return url
        if url.startswith(DOCUMENT_SCHEME):
            target, _, fragment = url.removeprefix(DOCUMENT_SCHEME).partition("#")
            return self._document_url(unquote(target), fragment)
        if has_scheme(url):
            scheme = url.partition(":")[0].lower()
            is_usable = is_http_url(url) if scheme in _WEB_SCHEMES else scheme in LINK_SCHEMES
            return url if is_usable else None
        if url.startswith("//"):
            return self._absolute_url(url)
        location, _, fragment = url.partition("#")
        location = location.partition("?")[0]
        path = self._find_document(location)
        if path is not None:
            return self._document_url(path, fragment)
        file = self._find_file(url)
        return self._absolute_url(url) if file is None else SITE_SCHEME + file.url_path

    def _find_document(self, location: str) -> str | None:
        """Return the path of the document that a link to a file means.

        A Markdown file that is no document yet can become one, without this body being rendered
        again, and is nothing that a generator's site would have.
        """
        name = unquote(location)
        if not name.lower().endswith((*MARKDOWN_SUFFIXES, ".html", ".htm")):
            return None
        if name.startswith("@/"):  # Zola's links begin with this.
            name = name[1:]
        base_path = self._context.base_path
        if base_path and name.startswith(f"{base_path}/"):
            name = name.removeprefix(base_path)
        path = self._context.targets.find_document(name)
        if path is not None or not name.lower().endswith(MARKDOWN_SUFFIXES):
            return path
        folder = "" if name.startswith("/") else posixpath.dirname(self._context.path)
        path = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
        return None if path.startswith("..") else path

    def _document_url(self, path: str, fragment: str) -> str:
        root = self._context.root_key
        query = "" if root is None else f"?root={root}"
        url = f"{SITE_SCHEME}/documents/{quote(path)}{query}"
        return f"{url}#{fragment}" if fragment else url

    def _find_file(self, url: str) -> LocalFile | None:
        if not url or url.startswith("//"):
            return None
        file = self._context.targets.find_file(url)
        if file is not None:
            self.files[file.path] = file
        return file

    def _absolute_url(self, url: str) -> str:
        """Resolve a relative URL against that of the story, of the site, or of the page."""
        for base_url in (self._context.story_url, self._context.site_url):
            absolute_url = resolve_url(url, base_url)
            if absolute_url is not None:
                return absolute_url
        if url.startswith("//"):
            # The marker is replaced by the public URL, which would precede the host.
            return f"https:{url}"
        try:
            return SITE_SCHEME + urljoin(self._context.page_path, url)
        except ValueError:
            return SITE_SCHEME + self._context.page_path


def _with_idna_host(url: str | None) -> str | None:
    """Return a URL as a URI if its host is percent-encoded."""
    return iri_to_uri(url) if url and _ENCODED_HOST.match(url) else url


def _replace_by_text(picture: HtmlElement) -> None:
    """Replace a picture without URL by its text, as browsers do."""
    parent, text = picture.getparent(), picture.get("alt") or ""
    if parent is None:
        return
    picture.tail = text + (picture.tail or "")
    picture.drop_tree()
