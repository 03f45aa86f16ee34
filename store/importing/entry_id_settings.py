"""Parses single documents again, to see which ids other settings would give their feed entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.store.documents import frontmatter
from newsgraph.store.documents.document import Article
from newsgraph.store.documents.field_keys import field_keys
from newsgraph.store.importing.site_rules import read_site_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgraph.store.documents.collection_settings import ImportRoot


def parse_articles(root: ImportRoot, paths: Iterable[str]) -> dict[str, Article]:
    """Return the articles of some documents of a root by their paths, without rendered bodies.

    Files that have changed since they were imported, and cannot be read now, are left out.
    """
    rules, collection = read_site_rules(root), root.collection
    articles: dict[str, Article] = {}
    for path in paths:
        try:
            text = (root.folder / path).read_text("utf-8")
        except (OSError, ValueError):
            continue
        parsed = frontmatter.parse_document(
            text,
            path,
            collection.private_fields,
            collection.archive_kind,
            collection.zone,
            rules.rules_of(path),
            collection.site_languages,
            field_keys(collection.keys),
        )
        if isinstance(parsed.content, Article):
            articles[path] = parsed.content
    return articles
