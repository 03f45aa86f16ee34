"""What documents call their authors: its JSON in the column ``author_mentions``, and its URLs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import DOCUSAURUS, JEKYLL
from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.documents.document import Author, AuthorEntry
from newsgraph.store.documents.urls import is_http_url, resolve_url
from newsgraph.store.importing.local_urls import is_local_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgraph.store.documents.collection_settings import Collection
    from newsgraph.store.documents.document import Diagnostic

_BELOW_BASE: Final = (DOCUSAURUS.name, JEKYLL.name)
"""Kinds in which ``/me.jpg`` is below the path of the site's URL: Docusaurus prepends ``baseUrl``,
and themes of Jekyll use its filter ``relative_url``."""


def resolve_image(url: str | None, collection: Collection) -> str | None:
    """Return the URL of an author's picture, absolute or of a file; None if it is not known."""
    if url is not None and is_local_url(url):
        return url
    if url is None or collection.url is None:
        return resolve_url(url, None) if url else None
    if url.startswith("/") and not url.startswith("//") and collection.kind in _BELOW_BASE:
        return resolve_url(url.lstrip("/"), f"{collection.url.rstrip('/')}/")
    return resolve_url(url, collection.url)


def mentions_to_json(authors: Iterable[Author], collection: Collection) -> str | None:
    """Return what a document calls its authors as JSON; None if it names none.

    Relative URLs are resolved, or left out if the site's URL is not known.
    """
    mentions = [
        {
            "name": author.name,
            "url": resolve_url(author.url, collection.url) if author.url else None,
            "image": resolve_image(author.image, collection),
            "key": author.key,
        }
        for author in authors
    ]
    compact = [{name: value for name, value in item.items() if value} for item in mentions]
    return json.dumps(compact, ensure_ascii=False) if compact else None


def mentions_from_json(text: str | None) -> list[Author]:
    """Return the authors that `mentions_to_json` wrote."""
    return [Author(**mention) for mention in json.loads(text)] if text else []


def check_relative_urls(
    authors: Iterable[Author | AuthorEntry], path: str, base_url: str | None
) -> Diagnostic | None:
    """Return a warning if authors have relative URLs which cannot be resolved, else None.

    Args:
        authors: the authors in a file.
        path: the file, relative to the root.
        base_url: URL of the site, if it is known.
    """
    if base_url is not None:
        return None
    urls = (url for author in authors for url in (author.url, author.image) if url)
    count = sum(not (is_http_url(url) or is_local_url(url)) for url in urls)
    if not count:
        return None
    message = f"The collection has no `url`, and URLs of authors are relative: {count}."
    return create_diagnostic(path, "relative-url", message)
