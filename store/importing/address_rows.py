"""The URLs and paths of an article as rows: those it states, and those its generator gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.store.documents.aliases import resolve_alias
from newsgraph.store.documents.site_addresses import page_url, request_paths
from newsgraph.store.documents.urls import canonicalize_url

if TYPE_CHECKING:
    from newsgraph.store.documents.document import Article, RelatedLink

    _Row: TypeAlias = dict[str, Any]


def generator_url(article: Article, site_url: str | None) -> str | None:
    """Return the URL of the article's page on the site of its generator, if it is known.

    Args:
        article: the article.
        site_url: base URL of the documents' site.
    """
    return page_url(article.address, site_url) if article.address else None


def story_url(article: Article, site_url: str | None) -> str | None:
    """Return the URL of the page that relative URLs in the article's body start from, if known."""
    return article.web_url or article.original_url or generator_url(article, site_url)


def canonical_urls(story: Article | RelatedLink) -> list[str]:
    """Return the canonical URLs that a story states, which identify it."""
    urls = (story.web_url, story.original_url, story.amp_url)
    canonicalized = (canonicalize_url(url) for url in urls if url)
    return list(dict.fromkeys(url for url in canonicalized if url))


def url_rows(article: Article, owner: _Row, site_url: str | None) -> list[_Row]:
    """Return the rows of the URLs by which links find the article.

    Args:
        article: the article.
        owner: the columns that all rows have.
        site_url: base URL of the documents' site.
    """
    is_derived = dict.fromkeys(canonical_urls(article), False)
    url = generator_url(article, site_url)
    canonical = canonicalize_url(url) if url else None
    if canonical is not None:
        is_derived.setdefault(canonical, True)
    return [owner | {"url": url, "is_derived": value} for url, value in is_derived.items()]


def alias_rows(article: Article, owner: _Row, site_url: str | None) -> list[_Row]:
    """Return the rows of the paths that redirect to the article.

    Args:
        article: the article.
        owner: the columns that all rows have.
        site_url: base URL of the documents' site.
    """
    stated = (resolve_alias(alias, site_url) for alias in article.aliases)
    is_derived = {path: False for path in stated if path is not None}
    for path in request_paths(article.address, site_url) if article.address else ():
        is_derived.setdefault(path, True)
    return [owner | {"path": path, "is_derived": value} for path, value in is_derived.items()]
