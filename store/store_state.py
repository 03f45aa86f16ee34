"""What is true of a whole store at a revision, and how it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from newsgraph.store.bodies.context import SITE_SCHEME
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.site_title import site_collection
from newsgraph.store.importing.local_urls import is_local_url
from newsgraph.store.query.selection import Edge, Field, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.store.query_runner import QueryResult


@dataclass(frozen=True, slots=True)
class StoreState:
    """The store's revision, and what is true of the whole store at this revision.

    Attributes:
        store_id: random identifier, created with the database.
        revision: number of imports that changed anything; 0 before the first.
        imported_at: time of the revision's import, ``YYYY-MM-DDTHH:MM:SSZ``; None before the
            first.
        article_count: number of articles that are served.
        hidden_count: number of articles that are not served.
        collection: settings of the site (`site_collection`).
        undated_count: how many of the articles that are served have no date.
        has_topics: whether there are topics with articles.
        has_providers: whether there are providers with articles.
        time_zones: the time zones that collections state, by the keys of their roots.
    """

    store_id: str
    revision: int
    imported_at: str | None
    article_count: int
    hidden_count: int
    collection: Collection
    undated_count: int = 0
    has_topics: bool = True
    has_providers: bool = True
    time_zones: Mapping[int, tzinfo] = field(default_factory=dict)

    def zone_of(self, root_id: int) -> tzinfo:
        """Return the time zone of a root's documents; UTC if its collection states none."""
        return self.time_zones.get(root_id, UTC)


def _fields(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, name) for name in names)


STATE_SELECTION = Selection(
    (
        Edge(
            "store",
            "store",
            Selection(
                (
                    *_fields("id", "importedAt", "articleCount", "hiddenCount"),
                    *_fields("undatedCount", "hasTopics", "hasProviders"),
                    Edge("roots", "roots", Selection(_fields("id", "folder", "collection"))),
                )
            ),
        ),
    )
)


def parse_state(result: QueryResult, site_url: str) -> StoreState:
    """Return the state that `STATE_SELECTION` has read.

    Args:
        result: the result of the selection.
        site_url: public URL of the server, which serves the pictures that are files.
    """
    fields = json.loads(result.results[0])["store"]
    folders = [root["folder"] for root in fields["roots"]]
    collections = {root["id"]: Collection.from_json(root["collection"]) for root in fields["roots"]}
    return StoreState(
        fields["id"],
        result.revision,
        fields["importedAt"],
        fields["articleCount"],
        fields["hiddenCount"],
        _with_picture_urls(
            site_collection(list(zip(folders, collections.values(), strict=True))), site_url
        ),
        fields["undatedCount"],
        fields["hasTopics"],
        fields["hasProviders"],
        {key: collection.zone for key, collection in collections.items() if collection.time_zone},
    )


def _with_picture_urls(collection: Collection, site_url: str) -> Collection:
    """Return the settings of a site; its pictures that are files have URLs of the server."""
    icon, logo = (
        site_url + url.removeprefix(SITE_SCHEME) if url and is_local_url(url) else url
        for url in (collection.icon, collection.logo)
    )
    return replace(collection, icon=icon, logo=logo)
