"""Articles with what is around them, as the store answers, made up by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
MAYBE_TIMES = st.none() | TIMES.map(lambda time: f"{time:%FT%T}Z".rjust(20, "0"))
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


def linked(slug: str | None, url: str | None) -> dict[str, object]:
    """A link as neighbours are asked for theirs."""
    return {"webUrl": url, "article": slug and {"slug": slug}}


LINKS = st.lists(
    st.builds(linked, SLUGS, st.none()) | st.builds(linked, st.none(), URLS), max_size=12
)
TOLD = {
    "publishedAt": MAYBE_TIMES,
    "quality": st.none() | st.integers(0, 100),
    "provider": PROVIDERS,
    "images": IMAGES,
}
STORIES = {"title": st.text(max_size=8), "webUrl": URLS} | TOLD
OWN = st.none() | st.fixed_dictionaries({"slug": SLUGS, "title": st.text(max_size=8)} | TOLD)
RELATED = st.fixed_dictionaries(STORIES | {"article": OWN})
AMONG = st.fixed_dictionaries(
    {"article": st.none() | st.fixed_dictionaries({"slug": SLUGS, "related": LINKS})}
)
LINKING = st.fixed_dictionaries(
    STORIES | {"slug": SLUGS, "webUrl": URLS.filter(bool), "related": LINKS}
)


def page(nodes: list[object]) -> dict[str, object]:
    """A page of them."""
    return {"edges": [{"node": node} for node in nodes]}


ARTICLES = st.fixed_dictionaries(
    {
        "slug": SLUGS,
        "title": st.text(max_size=8),
        "webUrl": URLS.filter(bool),
        "publishedAt": MAYBE_TIMES,
        "related": st.lists(RELATED, max_size=20),
        "among": st.lists(AMONG, max_size=20),
        "linking": st.lists(LINKING, max_size=20, unique_by=lambda one: one["slug"]).map(page),
    }
)


def link(url: str | None = None, slug: str | None = None, **said: object) -> dict[str, object]:
    """A link of an article, with what a test says of it."""
    own = None if slug is None else {"slug": slug, "title": slug, **_NOTHING}
    return {"title": url or slug or "", "webUrl": url, "article": own} | _NOTHING | said


def linking(slug: str, *links: dict[str, object], **said: object) -> dict[str, object]:
    """An article that links to another, and to these."""
    own = f"https://own.example/{slug}"
    return {"slug": slug, "title": slug, "webUrl": own, "related": links} | _NOTHING | said


_NOTHING: dict[str, object] = {"publishedAt": None, "quality": None, "provider": None, "images": []}


def article(**said: object) -> dict[str, object]:
    """An article of noon on 12 March 2021, with nothing around it but what a test says."""
    return {
        "slug": "this",
        "title": "This",
        "webUrl": "https://own.example/this",
        "publishedAt": "2021-03-12T12:00:00Z",
        "related": [],
        "among": [],
        "linking": page([]),
    } | said
