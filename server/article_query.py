"""Article queries: which articles a feed or a search page selects, parsed from its URL.

Each query has exactly one canonical URL per format, and one feed id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from newsgraph.server.urls import FeedKind, feed_path, quote_names, subscribe_path
from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.urls import normalize_domain
from newsgraph.store.query.filter import AllOf, Condition, Filter, Not

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_NAMES = 20
"""Maximum number of topics, and of providers, in one query."""

MAX_SEARCH_LENGTH = 500
"""Maximum length of the search text, in characters."""

SUMMARY_PARAM = "summary"
"""The last of a feed's own parameters; a page or an archive of the feed follows it."""

_INTEGER = re.compile(r"-?[0-9]{1,9}")


class ArticleQueryError(Exception):
    """The URL is not one of an article query; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """Selects the articles of a feed or a search page. Its conditions are combined by AND.

    Attributes:
        topics: sorted slugs of topics that articles are about.
        match_all_topics: whether articles have to be about all topics instead of any.
        providers: sorted domains; articles are from any of these providers.
        search_text: words that articles contain.
        min_quality: lowest quality that articles may have.
        excluded_topics: sorted slugs of topics that articles are not about.
        collapse_stories: whether a feed has one entry for all articles on one story.
        summary_only: whether the entries of a feed have only summaries.
        author: slug of an author; the query has no other condition then.
    """

    topics: tuple[str, ...] = ()
    match_all_topics: bool = False
    providers: tuple[str, ...] = ()
    search_text: str = ""
    min_quality: int | None = None
    excluded_topics: tuple[str, ...] = ()
    collapse_stories: bool = False
    summary_only: bool = False
    author: str = ""

    @property
    def owner(self) -> tuple[FeedKind, str] | None:
        """Kind and name of the site, topic, provider or author whose articles all match.

        None for a query that combines several of them or has another condition.
        """
        if self.search_text or self.min_quality is not None or self.excluded_topics:
            return None
        if self.author:
            return "authors", self.author
        match self.topics, self.providers:
            case (), ():
                return "all", ""
            case (topic,), ():
                return "topics", topic
            case (), (provider,):
                return "providers", provider
        return None

    @property
    def referenced_topics(self) -> tuple[str, ...]:
        """Slugs of all included and excluded topics."""
        return (*self.topics, *self.excluded_topics)

    def with_current_slugs(self, current_slugs: Mapping[str, str]) -> ArticleQuery:
        """Return the query with each topic's slug replaced by its current one.

        Args:
            current_slugs: maps each slug of `referenced_topics` to the topic's current slug.
        """
        topics = tuple(sorted({current_slugs[slug] for slug in self.topics}))
        excluded_topics = tuple(sorted({current_slugs[slug] for slug in self.excluded_topics}))
        return replace(
            self,
            topics=topics,
            match_all_topics=self.match_all_topics and len(topics) > 1,
            excluded_topics=excluded_topics,
        )

    @property
    def filter(self) -> Filter:
        """The conditions as a filter of the store's articles."""
        conditions: list[Filter] = []
        if self.topics:
            conditions.append(
                Condition("topics", "all" if self.match_all_topics else "any", self.topics)
            )
        if self.providers:
            conditions.append(Condition("providers", "in", self.providers))
        if self.search_text:
            conditions.append(Condition("text", "matches", self.search_text))
        if self.min_quality is not None:
            conditions.append(Condition("quality", "gte", self.min_quality))
        if self.excluded_topics:
            conditions.append(Not(Condition("topics", "any", self.excluded_topics)))
        return AllOf(tuple(conditions))

    @property
    def feed_key(self) -> str:
        """Identifies the feed within the site: its canonical URL without host, format and page."""
        path, query_string = self._path_and_query_string()
        return f"{path}?{query_string}" if query_string else path

    @property
    def subscribe_path(self) -> str:
        """Path and query string of the page about the feed, below the site's base URL."""
        return subscribe_path(self.feed_key)

    def relative_url(self, suffix: str, **window_params: str) -> str:
        """Return the canonical path and query string of a feed, below the site's base URL.

        Args:
            suffix: format suffix, such as ``rss``.
            window_params: query parameters that name a page or an archive of the feed.
        """
        path, query_string = self._path_and_query_string()
        window = "&".join(
            f"{name}={quote(value, safe='')}" for name, value in window_params.items()
        )
        query_string = "&".join(part for part in (query_string, window) if part)
        return f"{path}.{suffix}{f'?{query_string}' if query_string else ''}"

    def _path_and_query_string(self) -> tuple[str, str]:
        topics = ("+" if self.match_all_topics else ",").join(self.topics)
        providers = ",".join(self.providers)
        params: list[tuple[str, str]] = []
        if self.search_text or self.min_quality is not None:
            path = "/feeds/search"
            params += [("q", quote(self.search_text, safe=""))] if self.search_text else []
            params += [("topic", quote_names(topics, "+,"))] if topics else []
            params += [("provider", quote_names(providers, ","))] if providers else []
            params += [("quality", str(self.min_quality))] if self.min_quality is not None else []
        elif topics and providers:
            path = f"{feed_path('topics', topics)}/providers/{quote_names(providers, ',')}"
        elif self.author:
            path = feed_path("authors", self.author)
        elif topics or providers:
            path = feed_path("topics" if topics else "providers", topics or providers)
        else:
            path = feed_path("all", "")
        if self.excluded_topics:
            params.append(("without", quote_names(",".join(self.excluded_topics), ",")))
        if self.collapse_stories:
            params.append(("collapse", "1"))
        if self.summary_only:
            params.append((SUMMARY_PARAM, "1"))
        return path, "&".join(f"{name}={value}" for name, value in params)


def parse_feed_path(topics: str | None, providers: str | None, query_string: str) -> ArticleQuery:
    """Parse the query of a feed from the parameters of its path.

    Args:
        topics: slugs or names of topics, joined by ``+`` (all of them) or ``,`` (any of them);
            None where the path has no such parameter.
        providers: domains joined by ``,``; None where the path has no such parameter.
        query_string: query string of the URL.

    Raises:
        ArticleQueryError: the path or query string is invalid.
    """
    slugs, match_all_topics = _parse_topics(topics or "")
    domains = _parse_providers([providers or ""])
    if (topics is not None and not slugs) or (providers is not None and not domains):
        raise ArticleQueryError("This URL names no topic or no provider.")
    params = _parse_params(query_string)
    return ArticleQuery(
        slugs,
        match_all_topics,
        domains,
        excluded_topics=_parse_excluded_topics(params),
        collapse_stories=_parse_flag(params, "collapse"),
        summary_only=_parse_flag(params, SUMMARY_PARAM),
    )


def parse_author_feed(author: str, query_string: str) -> ArticleQuery:
    """Parse the query of an author's feed, whose articles no parameter restricts.

    Args:
        author: slug of the author, from the path.
        query_string: query string of the URL.
    """
    params = _parse_params(query_string)
    return ArticleQuery(
        author=author,
        collapse_stories=_parse_flag(params, "collapse"),
        summary_only=_parse_flag(params, SUMMARY_PARAM),
    )


def parse_search_query(query_string: str) -> ArticleQuery:
    """Parse the query of a search page or search feed from its query string.

    ``q`` is the search text, ``quality`` the minimum quality; ``topic`` and ``provider`` have the
    form of `parse_feed_path` and may be repeated. Unknown parameters are ignored.

    Raises:
        ArticleQueryError: a parameter is invalid.
    """
    params = _parse_params(query_string)
    search_text = " ".join(" ".join(params.get("q", ())).split())
    if len(search_text) > MAX_SEARCH_LENGTH:
        raise ArticleQueryError(f"Search for at most {MAX_SEARCH_LENGTH} characters.")
    # In a query string, a plus sign is decoded as a space.
    slugs, match_all_topics = _parse_topics(
        "+".join("+".join(value.split()) for value in params.get("topic", ()))
    )
    return ArticleQuery(
        slugs,
        match_all_topics,
        _parse_providers(params.get("provider", ())),
        search_text,
        _parse_quality(params),
        _parse_excluded_topics(params),
        _parse_flag(params, "collapse"),
        _parse_flag(params, SUMMARY_PARAM),
    )


def _parse_params(query_string: str) -> Mapping[str, list[str]]:
    params: dict[str, list[str]] = {}
    for name, value in parse_qsl(query_string):
        params.setdefault(name, []).append(value)
    return params


def _parse_topics(value: str) -> tuple[tuple[str, ...], bool]:
    """Return the sorted slugs, and whether articles have to match all of them."""
    if "+" in value and "," in value:
        raise ArticleQueryError(
            "Join topics by + (all of them) or by a comma (any of them), not by both."
        )
    names = (name for name in re.split("[+,]", value) if name.strip())
    slugs = _sorted_names("topics", map(topic_slug, names))
    return slugs, "+" in value and len(slugs) > 1


def _parse_providers(values: Iterable[str]) -> tuple[str, ...]:
    names = (name for value in values for name in value.split(",") if name.strip())
    return _sorted_names("providers", map(_parse_domain, names))


def _parse_domain(name: str) -> str:
    if (parsed := normalize_domain(name)) is None:
        raise ArticleQueryError(f"{name!r} is not a publisher's domain.")
    return parsed


def _sorted_names(label: str, names: Iterable[str]) -> tuple[str, ...]:
    """Sort names and drop duplicates.

    Raises:
        ArticleQueryError: there are more than `MAX_NAMES`.
    """
    unique_names = tuple(sorted(set(names)))
    if len(unique_names) > MAX_NAMES:
        raise ArticleQueryError(f"A feed can be of at most {MAX_NAMES} {label}.")
    return unique_names


def _parse_quality(params: Mapping[str, list[str]]) -> int | None:
    if not (values := params.get("quality")):
        return None
    if not _INTEGER.fullmatch(values[-1]):
        raise ArticleQueryError(f"quality has to be a whole number such as 70, not {values[-1]!r}.")
    return int(values[-1])


def _parse_excluded_topics(params: Mapping[str, list[str]]) -> tuple[str, ...]:
    names = ",".join(params.get("without", ())).split(",")
    return _sorted_names("topics", (topic_slug(name) for name in names if name.strip()))


def _parse_flag(params: Mapping[str, list[str]], name: str) -> bool:
    return params.get(name, ["0"])[-1] not in ("0", "")


def parse_summary_only(query_string: str) -> bool:
    """Parse from the query string of a feed whether its entries have only summaries."""
    return _parse_flag(_parse_params(query_string), SUMMARY_PARAM)


def is_canonical_request(canonical_url: str, path: str, query_string: str) -> bool:
    """Check whether a request's URL is the canonical one, apart from percent-encoding.

    Args:
        canonical_url: canonical path and query string, below the site's base URL.
        path: decoded path of the request.
        query_string: query string of the request.
    """
    canonical_path, _, canonical_query_string = canonical_url.partition("?")
    params, canonical_params = (
        parse_qsl(text, keep_blank_values=True) for text in (query_string, canonical_query_string)
    )
    return (path, params) == (unquote(canonical_path), canonical_params)
