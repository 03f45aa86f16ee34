"""What is wrong with documents only beside each other: addresses and aliases that several have."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsgraph.store.documents.diagnostics import diagnostic
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.documents.taxonomy import Vocabulary


def found_together(connection: Connection, vocabulary: Vocabulary) -> dict[int, list[Diagnostic]]:
    """Return the warnings of several documents together, by the keys of the roots they are told.

    Args:
        connection: in the import's transaction, after the documents are written.
        vocabulary: the taxonomy of all roots as it is then.
    """
    found: dict[int, list[Diagnostic]] = defaultdict(list)
    for root, one in chain(_same_urls(connection), _taken_aliases(connection, vocabulary)):
        found[root].append(one)
    return found


def _same_urls(connection: Connection) -> Iterator[tuple[int, Diagnostic]]:
    """Yield a warning for each article whose address another, which wins, has too."""
    shared = (
        select(t.article_url.c.url)
        .group_by(t.article_url.c.url)
        .having(func.count() > 1)
        .scalar_subquery()
    )
    found = connection.execute(
        select(t.article_url.c.url, t.document.c.root_id, t.document.c.path)
        .join(t.document, t.document.c.id == t.article_url.c.article_id)
        .where(t.article_url.c.url.in_(shared))
        .order_by(
            t.article_url.c.url, t.article_url.c.published_at.desc(), t.article_url.c.article_id
        )
    )
    winner: tuple[str, str] | None = None
    told = set()
    for url, root, path in found:
        if winner is None or winner[0] != url:
            winner = (url, path)
        elif (root, path, winner[1]) not in told:
            told.add((root, path, winner[1]))
            message = f"{winner[1]} has the same address, {url}; both are kept."
            yield root, diagnostic(path, "same-url", message)


def _taken_aliases(
    connection: Connection, vocabulary: Vocabulary
) -> Iterator[tuple[int, Diagnostic]]:
    """Yield a warning for each alias that another topic is called by too."""
    if not vocabulary.taken:
        return
    columns = (t.document.c.identity, t.document.c.root_id, t.document.c.path)
    entries = connection.execute(select(*columns).where(t.document.c.kind == "TopicEntry"))
    places = {slug: (root, path) for slug, root, path in entries}
    for slug, alias, other in vocabulary.taken:
        (root, path), (_, theirs) = places[slug], places[other]
        message = f"The topic of {theirs} is called {alias!r} too."
        yield root, diagnostic(path, "taken-alias", message)
