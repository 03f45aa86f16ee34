"""Compares the entries of an old feed with those of newsgraph, by their ids. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newsgraph.store.documents.aliases import resolve_alias
from newsgraph.store.documents.entry_ids import ENTRY_IDS, requested_entry_id
from newsgraph.store.documents.field_keys import field_keys
from newsgraph.store.documents.urls import canonicalize_url, is_http_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from newsgraph.server.cli.old_feed import FeedFormat, OldEntry, OldFeed
    from newsgraph.store.documents.collection_settings import Collection
    from newsgraph.store.documents.document import Article
    from newsgraph.store.documents.entry_ids import EntryIds
    from newsgraph.store.feed_entries import FeedEntry

_MAX_URLS: Final = 3


@dataclass(frozen=True, slots=True)
class MatchedEntry:
    """An entry of the old feed, and the article that it is about.

    Attributes:
        old: the entry of the old feed.
        new: the article.
        new_id: the id of its entry in a feed of the old one's format.
    """

    old: OldEntry
    new: FeedEntry
    new_id: str


@dataclass(slots=True)
class FeedComparison:
    """What readers of an old feed see of newsgraph's feed.

    Attributes:
        same: entries with the same id.
        different: entries with another id, which readers show again.
        missing: entries whose articles are not found.
    """

    same: list[MatchedEntry] = field(default_factory=list)
    different: list[MatchedEntry] = field(default_factory=list)
    missing: list[OldEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Settings with which more ids would be the same.

    Attributes:
        same: how many ids would be the same.
        entry_ids: the value of `entry_ids`.
        url: the value of `url`, if it has to be another one.
        private_fields: the value of `private_fields`, if `guid` in front matter must not count.
    """

    same: int
    entry_ids: EntryIds
    url: str | None = None
    private_fields: tuple[str, ...] = ()

    def settings(self) -> dict[str, str | list[str]]:
        """Return the keys and values for newsgraph.toml."""
        settings: dict[str, str | list[str]] = {"url": self.url} if self.url else {}
        settings["entry_ids"] = self.entry_ids
        if self.private_fields:
            settings["private_fields"] = list(self.private_fields)
        return settings


def compare_feeds(
    feed: OldFeed, entries: Sequence[FeedEntry], site_urls: Mapping[str, str | None]
) -> FeedComparison:
    """Find the article of each entry of an old feed, and compare their ids.

    It is the one with the same id, or else with the link among its URLs or old addresses, or else
    the only one with the same title.

    Args:
        feed: the old feed.
        entries: the articles in feeds.
        site_urls: base URL of the documents' site by the name of the root.
    """
    result = FeedComparison()
    finders = _finders(feed.format, entries, site_urls)
    for entry in feed.entries:
        article = next(filter(None, (find(entry) for find in finders)), None)
        if article is None:
            result.missing.append(entry)
            continue
        matched = MatchedEntry(entry, article, _id_in(article, feed.format))
        (result.same if matched.new_id == entry.id else result.different).append(matched)
    return result


def suggest_settings(
    comparison: FeedComparison,
    feed: OldFeed,
    articles: Mapping[tuple[str, str], Article],
    collections: Mapping[str, Collection],
) -> Suggestion | None:
    """Return the settings with which most ids would be the same; None if no others are better.

    Args:
        comparison: the comparison.
        feed: the old feed.
        articles: the articles in it, by root and path.
        collections: the settings by the name of the root.
    """
    matched = [
        (item.old.id, articles[key], collections[item.new.root])
        for item in (*comparison.same, *comparison.different)
        for key in [(item.new.root, item.new.path)]
        if key in articles
    ]
    best: Suggestion | None = None
    urls = (None, *_possible_site_urls(feed, comparison))
    for ignores_guid, url, entry_ids in product((False, True), urls, ENTRY_IDS):
        same = sum(
            _requested_id(article, entry_ids, url or collection.url, ignores_guid=ignores_guid)
            == old_id
            for old_id, article, collection in matched
        )
        if same > (best.same if best else len(comparison.same)):
            private_fields = _with_guid(collections.values()) if ignores_guid else ()
            best = Suggestion(same, entry_ids, url, private_fields)
    return best


def _with_guid(collections: Iterable[Collection]) -> tuple[str, ...]:
    """Return the private fields, with the keys of `guid`."""
    names = (
        name
        for collection in collections
        for name in (*collection.private_fields, *field_keys(collection.keys)["guid"])
    )
    return tuple(dict.fromkeys(names))


def _requested_id(
    article: Article, entry_ids: EntryIds, url: str | None, *, ignores_guid: bool
) -> str | None:
    stated = replace(article, guid=None) if ignores_guid else article
    return requested_entry_id(stated, entry_ids, url)


def _possible_site_urls(feed: OldFeed, comparison: FeedComparison) -> Iterator[str]:
    """Yield the base URLs that the ids can have been made from, the most frequent ones first."""
    if is_http_url(feed.link):
        yield feed.link.rstrip("/")
    ids = [item.old.id for item in (*comparison.different, *comparison.same)]
    bases = Counter(
        f"{parts.scheme}://{parts.netloc}"
        for parts in (urlsplit(id_) for id_ in ids if is_http_url(id_))
    )
    for base, _ in bases.most_common(_MAX_URLS):
        yield base


def _id_in(article: FeedEntry, feed_format: FeedFormat) -> str:
    return article.atom_id if feed_format == "atom" else article.guid


def _finders(
    feed_format: FeedFormat, entries: Iterable[FeedEntry], site_urls: Mapping[str, str | None]
) -> tuple[Callable[[OldEntry], FeedEntry | None], ...]:
    by_id: dict[str, FeedEntry] = {}
    by_url: dict[str, FeedEntry] = {}
    by_path: dict[str, FeedEntry] = {}
    by_title: dict[str, list[FeedEntry]] = {}
    for entry in entries:
        by_id.setdefault(_id_in(entry, feed_format), entry)
        by_title.setdefault(_fold(entry.title), []).append(entry)
        for url in entry.urls:
            by_url.setdefault(url, entry)
        for path in entry.aliases:
            by_path.setdefault(path, entry)
    known_urls = tuple(dict.fromkeys(url for url in site_urls.values() if url))

    def find_by_path(entry: OldEntry) -> FeedEntry | None:
        if not is_http_url(entry.link):
            return None
        # Without the URL of the site, any host can be its own.
        bases = known_urls or (entry.link,)
        paths = (resolve_alias(entry.link, base) for base in bases)
        if not known_urls:
            paths = (resolve_alias(urlsplit(entry.link).path, None) for _ in bases)
        return next((by_path[path] for path in paths if path in by_path), None)

    def find_by_title(entry: OldEntry) -> FeedEntry | None:
        matches = by_title.get(_fold(entry.title), []) if entry.title else []
        return matches[0] if len(matches) == 1 else None

    return (
        lambda entry: by_id.get(entry.id),
        lambda entry: by_url.get(canonicalize_url(entry.link) or ""),
        find_by_path,
        find_by_title,
    )


def _fold(title: str) -> str:
    return " ".join(title.casefold().split())
