"""Derives the links of references: related items that name a document by its id, slug or path.

Such a link has the title, times, URLs and images of the article that it leads to. It follows when
that article changes, though the file with the reference stays the same. So every import computes
the links of all references, and writes those that differ.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import delete, insert, select

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.diagnostics import create_diagnostic, join_names
from newsgraph.store.documents.identity import stable_key
from newsgraph.store.documents.reference_index import is_site_path
from newsgraph.store.documents.urls import resolve_url
from newsgraph.store.documents.yaml_values import quote_for_message
from newsgraph.store.importing.address_rows import canonical_urls
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.reference_resolver import read_references, resolve_references
from newsgraph.store.importing.rows import image_rows, link_from_json, link_row
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.documents.reference_index import NamedDocument
    from newsgraph.store.documents.taxonomy_resolver import Taxonomy
    from newsgraph.store.importing.reference_resolver import StoredReference
    from newsgraph.store.importing.rows import Row

MAX_DIAGNOSTICS: Final = 100
"""Maximum number of references of a document that are reported."""

_COPIED_COLUMNS: Final = (
    *("web_url", "original_url", "amp_url", "cdn_amp_url", "generator_url", "href"),
    *("provider_id", "provider_name", "provider_domain", "provider_guessed"),
)
"""Columns of a link that are those of its target."""

_DEFAULT_COLUMNS: Final = ("title", "excerpt", "published_at", "type", "quality")
"""Columns of a link that are those of its target unless the related item has a value of its own."""


@dataclass(slots=True)
class ReferenceChanges:
    """What an import changes in the links of references.

    Attributes:
        articles: keys of the articles whose links changed.
        url_links: keys of written links whose targets follow from their URLs.
        diagnostics: references that lead nowhere, each with the key of its document's root.
    """

    articles: set[int] = field(default_factory=set)
    url_links: list[int] = field(default_factory=list)
    diagnostics: list[tuple[int, Diagnostic]] = field(default_factory=list)


@dataclass(slots=True)
class _LinkRows:
    """The rows of an article's derived links, in a form that can be compared."""

    links: dict[int, Row] = field(default_factory=dict)
    urls: set[tuple[int, str]] = field(default_factory=set)
    images: dict[tuple[int, int], Row] = field(default_factory=dict)


@dataclass(slots=True)
class _Target:
    """The rows of an article that a reference leads to."""

    article: Row
    images: list[Row] = field(default_factory=list)


_Resolved: TypeAlias = "tuple[StoredReference, list[NamedDocument]]"
"""A reference, and the documents that it may mean."""


def update_reference_links(connection: Connection, taxonomy: Taxonomy) -> ReferenceChanges:
    """Update the links of all references.

    Args:
        connection: the import's transaction, after the articles and their providers are written.
        taxonomy: resolves the providers of links that lead to no article.
    """
    update = _LinkUpdate(connection, taxonomy)
    for references in read_references(connection):
        update.run(references)
    update.report_unknown_names()
    return update.changes


class _LinkUpdate:
    """Updates the links of references."""

    def __init__(self, connection: Connection, taxonomy: Taxonomy) -> None:
        self._connection, self._taxonomy = connection, taxonomy
        self._collections: dict[int, Collection] = {}
        # By root and name, references that name no document.
        self._unknown: dict[tuple[int, str], list[StoredReference]] = defaultdict(list)
        self.changes = ReferenceChanges()

    def run(self, references: Sequence[StoredReference]) -> None:
        """Resolve some references, and write the links that differ from the stored ones."""
        if not self._collections:
            rows = self._connection.execute(select(t.root.c.id, t.root.c.collection))
            self._collections = {key: Collection.from_json(json.loads(text)) for key, text in rows}
        indexes = resolve_references(self._connection, references, self._collections)
        by_article: dict[int, list[_Resolved]] = defaultdict(list)
        for item in references:
            matches = indexes[item.root_id].find(item.reference)
            by_article[item.article_id].append((item, matches))
        for articles in batches(by_article):
            targets = self._read_targets(by_article[article] for article in articles)
            stored = self._read_stored(articles)
            changed = {}
            for article in articles:
                expected = self._derive_links(by_article[article], targets)
                if expected != stored.get(article, _LinkRows()):
                    changed[article] = expected
            self._write(changed)

    def _read_targets(self, resolved: Iterable[list[_Resolved]]) -> dict[int, _Target]:
        """Return the articles that references lead to, by their keys."""
        keys = {matches[0].key for items in resolved for _, matches in items if len(matches) == 1}
        columns = [t.article.c[name] for name in ("id", *_COPIED_COLUMNS, *_DEFAULT_COLUMNS)]
        targets: dict[int, _Target] = {}
        for batch in batches(sorted(keys)):
            articles = select(*columns).where(t.article.c.id.in_(batch))
            for row in self._connection.execute(articles).mappings():
                targets[row["id"]] = _Target(dict(row))
            images = select(t.article_image).where(t.article_image.c.article_id.in_(batch))
            for row in self._connection.execute(images).mappings():
                image = {name: value for name, value in row.items() if name != "article_id"}
                targets[row["article_id"]].images.append(image)
        return targets

    def _read_stored(self, articles: Sequence[int]) -> dict[int, _LinkRows]:
        """Return the derived links of articles."""
        stored: dict[int, _LinkRows] = defaultdict(_LinkRows)
        is_derived = t.link.c.article_id.in_(articles) & t.link.c.from_reference
        for row in self._connection.execute(select(t.link).where(is_derived)).mappings():
            values = dict(row)
            if values["href"] is None:
                # `derived_rows.resolve_links` sets the target by the URL.
                values["target_id"] = None
            stored[row["article_id"]].links[row["id"]] = values
        owner = t.link.c.article_id.label("owner")
        urls = select(owner, t.link_url).select_from(t.link_url.join(t.link)).where(is_derived)
        for row in self._connection.execute(urls).mappings():
            stored[row["owner"]].urls.add((row["link_id"], row["url"]))
        images = select(owner, t.link_image).select_from(t.link_image.join(t.link))
        for row in self._connection.execute(images.where(is_derived)).mappings():
            values = {name: value for name, value in row.items() if name != "owner"}
            stored[row["owner"]].images[row["link_id"], row["position"]] = values
        return stored

    def _derive_links(
        self, resolved: Sequence[_Resolved], targets: Mapping[int, _Target]
    ) -> _LinkRows:
        """Return the links of an article's references; report the references that lead nowhere."""
        rows = _LinkRows()
        ordinals: Counter[str] = Counter()
        problem_count = 0
        for item, matches in resolved:
            target = targets.get(matches[0].key) if len(matches) == 1 else None
            if target is not None and target.article["id"] == item.article_id:
                target = None
            url = None if matches else self._site_url(item)
            name = f"{target.article['id']:x}" if target else url
            if name is None:
                problem_count += 1
                if problem_count > MAX_DIAGNOSTICS:
                    continue
                if matches:
                    self.changes.diagnostics.append((item.root_id, _describe(item, matches)))
                else:
                    self._unknown[item.root_id, item.target].append(item)
                continue
            # The ids of other links have fewer parts, so that these differ from all of them.
            ordinal = str(ordinals[name])
            key = stable_key("RelatedLink", f"{item.article_id:x}", "reference", name, ordinal)
            ordinals[name] += 1
            self._add_link(rows, key, item, target, url)
        return rows

    def report_unknown_names(self) -> None:
        """Report names that no document has; those with several uses once for each root.

        Themes have keys of their own in `related`, which hundreds of documents may repeat. A name
        with one use is more often misspelled.
        """
        repeated: dict[int, list[list[StoredReference]]] = defaultdict(list)
        for (root, _), items in self._unknown.items():
            items.sort(key=_position)
            if len(items) > 1:
                repeated[root].append(items)
            else:
                self.changes.diagnostics.append((root, _describe_unknown([items])))
        for root, uses in repeated.items():
            uses.sort(key=lambda items: _position(items[0]))
            self.changes.diagnostics.append((root, _describe_unknown(uses)))

    def _site_url(self, item: StoredReference) -> str | None:
        """Return the URL of a path on the site of the reference's collection."""
        base_url = self._collections[item.root_id].url
        return resolve_url(item.target, base_url) if is_site_path(item.target) else None

    def _add_link(
        self,
        rows: _LinkRows,
        key: int,
        item: StoredReference,
        target: _Target | None,
        url: str | None,
    ) -> None:
        """Add the rows of a link to an article, or else to a URL."""
        link = link_from_json(item.link, url)
        row = link_row(key, item.article_id, item.position, link, self._taxonomy)
        row |= {"from_reference": True, "target_id": None}
        base_url = self._collections[item.root_id].url
        images = image_rows(link.images, {"link_id": key}, base_url)
        if target is None:
            rows.urls.update((key, canonical) for canonical in canonical_urls(link))
        else:
            row["target_id"] = target.article["id"]
            row |= {name: target.article[name] for name in _COPIED_COLUMNS}
            for name in _DEFAULT_COLUMNS:
                if row[name] in (None, ""):
                    row[name] = target.article[name]
            images = images or [{"link_id": key} | image for image in target.images]
        rows.links[key] = row
        rows.images |= {(key, image["position"]): image for image in images}

    def _write(self, changed: Mapping[int, _LinkRows]) -> None:
        """Replace the derived links of articles."""
        if not changed:
            return
        connection = self._connection
        self.changes.articles.update(changed)
        # Links can change places, and positions are unique.
        is_derived = t.link.c.article_id.in_(changed) & t.link.c.from_reference
        connection.execute(delete(t.link).where(is_derived))
        links = [row for rows in changed.values() for row in rows.links.values()]
        urls = [
            {"link_id": key, "url": url}
            for rows in changed.values()
            for key, url in sorted(rows.urls)
        ]
        images = [image for rows in changed.values() for image in rows.images.values()]
        for table, table_rows in ((t.link, links), (t.link_url, urls), (t.link_image, images)):
            if table_rows:
                connection.execute(insert(table), table_rows)
        self.changes.url_links += [row["id"] for row in links if row["href"] is None]


def _position(item: StoredReference) -> tuple[str, int, int]:
    return item.path, item.line, item.column


def _describe_unknown(uses: Sequence[Sequence[StoredReference]]) -> Diagnostic:
    """Return a diagnostic of names that no document has, by the references with each of them."""
    names = [quote_for_message(items[0].target) for items in uses]
    count = sum(map(len, uses))
    if len(names) == 1:
        message = f"There is no document {names[0]} in this folder."
        use = f"{count:,} related items name it"
    else:
        message = f"There are no documents {join_names(names)} in this folder."
        use = f"{count:,} related items name one of them"
    if count > 1:
        message += f" {use}; this is the first."
    path, line, column = _position(uses[0][0])
    return create_diagnostic(path, "unknown-related", message, (line, column))


def _describe(item: StoredReference, matches: Sequence[NamedDocument]) -> Diagnostic:
    """Return a diagnostic of a reference that leads to no other document that is shown."""
    name = quote_for_message(item.target)
    match matches:
        case [document] if document.is_hidden:
            message = f"The document {name} is not published."
            advice = "Nothing has to be done: the link appears when the document is published."
        case [_]:
            message = f"{name} is this document itself."
            advice = "Remove it from the related links; until then it is ignored."
        case _:
            # Visitors can read the message: it names no hidden document.
            hidden = "a document that is not published"
            first, second, *_ = (hidden if item.is_hidden else item.path for item in matches)
            message = f"{name} may be {first} or {second}."
            advice = "Write the path of the document; until then it is ignored."
    return create_diagnostic(
        item.path, "unknown-related", message, (item.line, item.column), advice
    )
