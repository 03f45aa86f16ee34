"""Results of `article_page_selection.select_article`: builders, and hypothesis strategies."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
OPTIONAL_TIMESTAMPS = st.none() | TIMES.map(lambda time: f"{time:%FT%T}Z".rjust(20, "0"))
SLUGS = st.sampled_from([f"own-{number}" for number in range(9)])
URLS = st.sampled_from(
    [
        *(f"https://elsewhere.example/{number}" for number in range(9)),
        "http://www.elsewhere.example/1?utm_source=x",
        "javascript:alert(1)",
        "https://[",
        None,
    ]
)
PROVIDERS = st.none() | st.builds(
    lambda number: {"name": f"P {number}", "domain": f"p{number}.example"}, st.integers(0, 20)
)
IMAGES = st.lists(st.builds(dict, url=URLS.filter(bool)), max_size=2)


def link_of_neighbor(slug: str | None, url: str | None) -> dict[str, object]:
    """Return a link of a neighbor, which is read without a title."""
    return {"webUrl": url, "article": slug and {"slug": slug}}


LINKS_OF_NEIGHBOR = st.lists(
    st.builds(link_of_neighbor, SLUGS, st.none()) | st.builds(link_of_neighbor, st.none(), URLS),
    max_size=12,
)
CARD_FIELDS = {
    "publishedAt": OPTIONAL_TIMESTAMPS,
    "quality": st.none() | st.integers(0, 100),
    "provider": PROVIDERS,
    "images": IMAGES,
}
STORY_FIELDS = {"title": st.text(max_size=8), "webUrl": URLS} | CARD_FIELDS
LINKED_ARTICLES = st.none() | st.fixed_dictionaries(
    {"slug": SLUGS, "title": st.text(max_size=8)} | CARD_FIELDS
)
LINKS = st.fixed_dictionaries(STORY_FIELDS | {"article": LINKED_ARTICLES})
LINKED_ARTICLES_WITH_LINKS = st.fixed_dictionaries(
    {"article": st.none() | st.fixed_dictionaries({"slug": SLUGS, "related": LINKS_OF_NEIGHBOR})}
)
LINKING_ARTICLES = st.fixed_dictionaries(
    STORY_FIELDS | {"slug": SLUGS, "webUrl": URLS.filter(bool), "related": LINKS_OF_NEIGHBOR}
)


def connection(nodes: list[object]) -> dict[str, object]:
    """Return a connection of nodes."""
    return {"edges": [{"node": node} for node in nodes]}


ARTICLES = st.fixed_dictionaries(
    {
        "slug": SLUGS,
        "title": st.text(max_size=8),
        "webUrl": URLS.filter(bool),
        "publishedAt": OPTIONAL_TIMESTAMPS,
        "related": st.lists(LINKS, max_size=20),
        "linkedArticles": st.lists(LINKED_ARTICLES_WITH_LINKS, max_size=20),
        "linkingArticles": st.lists(
            LINKING_ARTICLES, max_size=20, unique_by=lambda article: article["slug"]
        ).map(connection),
    }
)


def link(url: str | None = None, slug: str | None = None, **fields: object) -> dict[str, object]:
    """Return a link of the page's article; with a slug, to an article of the archive."""
    article = None if slug is None else {"slug": slug, "title": slug, **_NO_CARD_FIELDS}
    return (
        {"title": url or slug or "", "webUrl": url, "article": article} | _NO_CARD_FIELDS | fields
    )


def linking_article(slug: str, *links: dict[str, object], **fields: object) -> dict[str, object]:
    """Return an article that links to the page's article, and has these other links."""
    url = f"https://own.example/{slug}"
    return {"slug": slug, "title": slug, "webUrl": url, "related": links} | _NO_CARD_FIELDS | fields


_NO_CARD_FIELDS: dict[str, object] = {
    "publishedAt": None,
    "quality": None,
    "provider": None,
    "images": [],
}


def article(**fields: object) -> dict[str, object]:
    """Return the page's article, published at noon on 12 March 2021, by default without links."""
    return {
        "slug": "this",
        "title": "This",
        "webUrl": "https://own.example/this",
        "publishedAt": "2021-03-12T12:00:00Z",
        "related": [],
        "linkedArticles": [],
        "linkingArticles": connection([]),
    } | fields
