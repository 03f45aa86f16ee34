"""Diagnostics that need all documents: what several documents share, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.alias_tables import article_alias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.documents.taxonomy_resolver import Taxonomy


def check_across_documents(
    connection: Connection,
    taxonomy: Taxonomy,
    warnings: Iterable[tuple[int, Diagnostic]] = (),
) -> dict[int, list[Diagnostic]]:
    """Return warnings by the key of the root whose document they are about.

    Args:
        connection: the import's transaction, after the documents are written.
        taxonomy: the taxonomy of all roots at that point.
        warnings: those about references that lead nowhere, and about ids of feed entries.
    """
    diagnostics: dict[int, list[Diagnostic]] = defaultdict(list)
    for root, item in chain(
        _check_shared_urls(connection),
        _check_shared_aliases(connection),
        _check_alias_conflicts(connection, taxonomy),
        warnings,
    ):
        diagnostics[root].append(item)
    return diagnostics


def _check_shared_urls(connection: Connection) -> Iterator[tuple[int, Diagnostic]]:
    """Yield a warning for each article with a URL that resolves to another article.

    Documents need not state the URLs that their generator gives them.
    """
    shared = (
        select(t.article_url.c.url)
        .where(~t.article_url.c.is_derived)
        .group_by(t.article_url.c.url)
        .having(func.count() > 1)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(t.article_url.c.url, t.document.c.root_id, t.document.c.path, t.root.c.name)
        .join(t.document, t.document.c.id == t.article_url.c.article_id)
        .join(t.root, t.root.c.id == t.document.c.root_id)
        .where(t.article_url.c.url.in_(shared), ~t.article_url.c.is_derived)
        .order_by(
            t.article_url.c.url, t.article_url.c.published_at.desc(), t.article_url.c.article_id
        )
    )
    winner: tuple[str, int, str, str] | None = None
    reported = set()
    for url, root, path, name in rows:
        if winner is None or winner[0] != url:
            winner = (url, root, path, name)
        elif (root, path, winner[1:]) not in reported:
            reported.add((root, path, winner[1:]))
            place = _describe_place(root, *winner[1:])
            message = f"{place} has the same URL, {url}; both are imported."
            yield root, create_diagnostic(path, "same-url", message)


def _check_shared_aliases(connection: Connection) -> Iterator[tuple[int, Diagnostic]]:
    """Yield a warning for each article with an old address that leads to another article.

    The translations of an article may have its old addresses, as its generator adds the language.
    """
    alias = article_alias.c
    is_stated = ~alias.is_derived
    paths = select(alias.path).where(is_stated).group_by(alias.path)
    shared = paths.having(func.count() > 1).scalar_subquery()
    rows = connection.execute(
        select(
            *(alias.path, t.document.c.translation_key),
            *(t.document.c.root_id, t.document.c.path, t.root.c.name),
        )
        .select_from(article_alias.join(t.document, t.document.c.id == alias.article_id))
        .join(t.root, t.root.c.id == t.document.c.root_id)
        .where(alias.path.in_(shared), is_stated)
        .order_by(alias.path, alias.published_at.desc(), alias.article_id)
    )
    winner = ("", 0, 0, "", "")
    for address, key, root, path, name in rows:
        if winner[0] != address:
            winner = (address, key, root, path, name)
        elif winner[1] != key:
            message = f"{_describe_place(root, *winner[2:])} has the same old address, {address}."
            yield root, create_diagnostic(path, "shared-alias", message)


def _describe_place(own_root: int, root: int, path: str, name: str) -> str:
    """Return the path of a document, with the name of its root if that is another one."""
    return path if root == own_root else f"{path} in {name}"


def _check_alias_conflicts(
    connection: Connection, taxonomy: Taxonomy
) -> Iterator[tuple[int, Diagnostic]]:
    """Yield a warning for each alias that is also a name of another topic."""
    if not taxonomy.alias_conflicts:
        return
    columns = (t.document.c.identity, t.document.c.root_id, t.document.c.path)
    entries = connection.execute(select(*columns).where(t.document.c.kind == "TopicEntry"))
    documents = {slug: (root, path) for slug, root, path in entries}
    for slug, alias, other in taxonomy.alias_conflicts:
        (root, path), (_, other_path) = documents[slug], documents[other]
        message = f"The topic of {other_path} is called {alias!r} too."
        yield root, create_diagnostic(path, "taken-alias", message)
