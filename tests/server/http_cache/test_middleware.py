"""Answers that are kept, before an application that is not real."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.requests import Request

from newsgraph.gql.http.protocol import ANSWERED
from tests.server.conftest import client_of
from tests.server.fake_site import AS_IT_IS, ROOM, Site, counted


@pytest.fixture
async def site():
    """A front with room, whose store stands at 1."""
    site = Site()
    async with site.client:
        yield site


async def test_the_second_answer_is_the_first(site):
    """The application is not asked again, by POST or GET, for the graph or else."""
    for ask in (site.get, site.post, lambda: site.client.get("/feeds/all.rss?a=b")):
        before = site.inner.asked
        first, second = await ask(), await ask()
        assert site.inner.asked == before + 1
        assert (second.status_code, second.content) == (200, first.content)
        assert second.headers == first.headers


async def test_another_revision_is_another_answer(site):
    """By whatever process it came: the store is looked at each time."""
    first = await site.get()
    site.store.revision = 2
    second = await site.get()
    assert [one.json()["revision"] for one in (first, second)] == [1, 2]
    assert first.headers["etag"] != second.headers["etag"]


async def test_what_makes_a_difference(site):
    """Two requests that could be answered differently never get one answer."""
    asks = [
        lambda: site.get("a"),
        lambda: site.get("b"),
        lambda: site.get("a&operationName=x"),
        lambda: site.get("a", Accept="application/graphql-response+json"),
        lambda: site.client.get("/feeds/all.rss"),
        lambda: site.client.get("/feeds/all.atom"),
        lambda: site.client.get("/feeds/all.rss?q"),
        lambda: site.post('{"query": "a"}'),
        lambda: site.post('{"query": "a", "variables": {}}'),
        lambda: site.post('{"query": "a"}', Accept="application/graphql-response+json"),
        lambda: site.post('{"query": "a"}', Content_Type="application/json;charset=latin-1"),
        lambda: site.post('{"query": "a"}', Content_Encoding="identity"),
        lambda: site.client.post("/graphql?x", content='{"query": "a"}'),
    ]
    for turn in (1, 2):
        for number, ask in enumerate(asks):
            answer = (await ask()).json()
            if turn == 1:
                assert site.inner.asked == number + 1, answer
    assert site.inner.asked == len(asks) + 1, "only what is no JSON is asked again"


@pytest.mark.parametrize(
    "change",
    [
        {"declared": None},
        {"status": 400},
        {"status": 404},
        {"status": 503},
        {"headers": {"Vary": "Accept, User-Agent"}},
        {"headers": {"Vary": "*"}},
    ],
)
async def test_what_is_not_kept(site, change):
    """What nobody declares, what is no 200, and what depends on more than is looked at."""
    for name, value in change.items():
        setattr(site.inner, name, value)
    for ask in (site.get, site.post, lambda: site.client.get("/")):
        before = site.inner.asked
        await ask()
        await ask()
        assert site.inner.asked == before + 2


@pytest.mark.parametrize("change", [{"declared": None}, {"status": 400}])
async def test_what_fails_has_no_tag(site, change):
    """So that nobody can be told that it has not changed; and no proxy may keep it."""
    for name, value in change.items():
        setattr(site.inner, name, value)
    answer = await site.get()
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_an_answer_counts_for_the_revision_that_it_was_read_at(site):
    """An import may come between the look at the store and the reading, or after it."""
    site.inner.declared = 2
    await site.get()
    await site.get()
    assert site.inner.asked == 2, "it says nothing of revision 1"
    site.store.revision = 2
    await site.get()
    assert site.inner.asked == 2, "it is the answer of revision 2"
    site.inner.declared = 1
    site.store.revision = 3
    await site.get()
    site.store.revision = 2
    await site.get()
    assert site.inner.asked == 3, "an older answer does not take its place"


async def test_a_304_before_anything_is_asked(site):
    """By the tag of any coding that the client takes; also where nothing is kept."""
    tag = (await site.get(**AS_IT_IS)).headers["etag"]
    for room in (ROOM, 0):
        other = Site(room)

        async def fails(*_call):
            raise AssertionError

        other.app = fails
        for accepted, named, told in (
            ("identity", tag, tag),
            ("gzip", tag, tag),
            ("gzip", f"W/{tag}", tag),
            ("gzip, br", f'{tag[:-1]}-gzip"', f'{tag[:-1]}-gzip"'),
        ):
            answer = await other.get(If_None_Match=named, Accept_Encoding=accepted)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == told
            assert answer.headers["vary"] == "Accept, Accept-Encoding"
            assert answer.headers["cache-control"] == "no-cache"


async def test_tags_that_are_of_something_else(site):
    """Another address, form, revision, store or setting; another coding than is taken."""
    tag = (await site.get(**AS_IT_IS)).headers["etag"]
    gzip = f'{tag[:-1]}-gzip"'
    asked = [
        site.get("b", If_None_Match=tag),
        site.get(If_None_Match=tag, Accept="application/graphql-response+json"),
        site.get(If_None_Match=tag, Accept="text/event-stream"),
        site.get(If_None_Match=gzip, **AS_IT_IS),
        site.get(If_None_Match=tag, Accept_Encoding="gzip, identity;q=0"),
        site.post(If_None_Match=tag),
    ]
    assert [(await one).status_code for one in asked] == [200] * len(asked)
    for change in ({"revision": 2}, {"store_id": "two"}, {"settings": ("two",)}):
        assert (await Site(**change).get(If_None_Match=tag)).status_code == 200


async def test_a_post_has_no_tag(site):
    """RFC 9110 section 9.3.3: what it answers is no resource at that address."""
    site.inner.headers = {"ETag": '"abc"'}
    assert "etag" not in (await site.post()).headers
    assert "etag" not in (await site.post()).headers


@pytest.mark.parametrize("room", [ROOM, 0])
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_codings(room, coding):
    """Each has its own tag, and says the same."""
    site = Site(room)
    for ask in (site.get, site.post):
        plain = await ask(**AS_IT_IS)
        for _ in range(2):
            answer = await ask(Accept_Encoding=coding)
            assert answer.headers["content-encoding"] == coding
            assert answer.content == plain.content
            assert int(answer.headers["content-length"]) < len(plain.content)
            if ask is site.get:
                assert answer.headers["etag"] == f'{plain.headers["etag"][:-1]}-{coding}"'
        assert "content-encoding" not in plain.headers
    assert site.inner.asked == (2 if room else 6)


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({"padding": 0}, {}),
        ({"headers": {"Content-Type": "image/png"}}, {}),
        ({"headers": {"Content-Encoding": "br"}}, {}),
        ({"headers": {"Cache-Control": "no-transform"}}, {}),
        ({}, AS_IT_IS),
    ],
)
async def test_what_is_not_encoded(change, headers):
    """What is small or no text, what is encoded already, and what a client does not take."""
    site = Site()
    for name, value in change.items():
        setattr(site.inner, name, value)
    async with site.client.stream("GET", "/", headers=headers) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert json.loads(raw)["path"]
    assert answer.headers.get("content-encoding") == change.get("headers", {}).get(
        "Content-Encoding"
    )


async def test_refusals_are_encoded_too(site):
    """A long list of mistakes is a text like others."""
    site.inner.status = 400
    answer = await site.post(Accept_Encoding="gzip")
    assert (answer.status_code, answer.headers["content-encoding"]) == (400, "gzip")
    assert answer.json()["padding"]


async def test_a_stale_answer_with_a_tag_of_its_maker_is_asked_for_again(site):
    """A handler's 304 makes it good for the new revision; another tag takes its place."""
    site.inner.headers = {"ETag": '"own"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}

    async def kept_or_new(scope, receive, send):
        request = Request(scope)
        if '"own"' not in request.headers.get("if-none-match", ""):
            await site.inner(scope, receive, send)
            return
        scope["extensions"][ANSWERED] = site.store.revision
        lines = [(b"etag", b'"own"')]
        await send({"type": "http.response.start", "status": 304, "headers": lines})
        await send({"type": "http.response.body", "body": b""})

    site.app = kept_or_new
    first = await site.client.get("/feeds/all.rss")
    for revision in (2, 3):
        site.store.revision = revision
        for _ in range(2):
            again = await site.client.get("/feeds/all.rss")
            assert (again.status_code, again.content) == (200, first.content)
            assert again.headers == first.headers
    assert site.inner.asked == 1
    tag = first.headers["etag"]
    answer = await site.client.get("/feeds/all.rss", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.headers["etag"]) == (304, tag)
    site.store.revision = 4
    answer = await site.client.get("/feeds/all.rss", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.headers["etag"]) == (304, tag)
    # Nothing is kept of this address: the handler's 304 is handed on, in the client's coding.
    for accepted, named, status in (
        ("br", '"own-br"', 304),
        ("br", '"own"', 304),
        ("gzip", '"own-br"', 200),
    ):
        headers = {"If-None-Match": named, "Accept-Encoding": accepted}
        answer = await site.client.get(f"/feeds/x{accepted}{status}.rss", headers=headers)
        assert answer.status_code == status
        if status == 304:
            assert answer.headers["etag"] == named
            assert answer.headers["vary"] == "Accept-Encoding"


async def test_other_conditions_are_held_here(site):
    """The date, and the star, against what there is; the application never sees them."""
    site.inner.headers = {"ETag": '"own"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    for number, (name, value, status) in enumerate(
        [
            ("If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT", 304),
            ("If-Modified-Since", "Sun, 31 Dec 2023 00:00:00 GMT", 200),
            ("If-None-Match", "*", 304),
            ("If-None-Match", '"other"', 200),
        ]
    ):
        for _ in range(2):
            address = f"/feeds/{number}.rss"
            answer = await site.client.get(address, headers={name: value, "Accept-Encoding": "br"})
            assert (answer.status_code, answer.headers["etag"]) == (status, '"own-br"')
    assert not any("if-modified-since" in one.headers for one in site.inner.seen)
    assert site.inner.asked == 4


async def test_head_is_what_get_would_say(site):
    """RFC 9110 section 9.3.2; the graph does not know it, and is asked as it comes."""
    get = await site.client.get("/feeds/all.rss")
    head = await site.client.head("/feeds/all.rss")
    assert (head.content, head.headers, site.inner.asked) == (b"", get.headers, 1)
    assert (await site.client.head("/")).headers["content-length"]
    await site.client.head("/graphql")
    assert [one.method for one in site.inner.seen] == ["GET", "GET", "HEAD"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"])
async def test_other_methods_neither_take_nor_leave_anything(site, method):
    """Whatever is answered to them."""
    await site.get()
    await site.client.request(method, "/graphql?query=a")
    await site.client.request(method, "/graphql?query=b")
    await site.get("b")
    assert site.inner.asked == 4


async def test_who_changes_headers_changes_no_others(site):
    """A layer outside adds to what it is given; the next client gets it as it was."""

    async def meddling(scope, receive, send):
        async def adding(message):
            message.setdefault("headers", []).append((b"x-added", b"1"))
            await send(message)

        await site.front(scope, receive, adding)

    first = await site.get()
    tag = first.headers["etag"]
    async with client_of(meddling) as client:
        for headers in ({}, {"If-None-Match": tag}):
            for _ in range(2):
                answer = await client.get("/graphql?query=a", headers=headers)
                assert answer.headers.get_list("x-added") == ["1"]
    assert "x-added" not in (await site.get()).headers


async def test_memory_is_bounded():
    """With keys and codings counted; what was asked for the longest ago goes first."""
    site = Site(60_000)
    for number in range(40):
        await site.get(str(number))
        await site.get(str(number), **AS_IT_IS)
        assert site.cache.size <= 60_000
    counts = counted(site.metrics)
    evicted = counts["newsgraph_response_cache_evictions_total"]
    assert counts["newsgraph_response_cache_answers"] + evicted == 40
    assert 0 < counts["newsgraph_response_cache_bytes"] <= 60_000
    before = site.inner.asked
    await site.get("39")
    assert site.inner.asked == before
    await site.get("0")
    assert site.inner.asked == before + 1
    site.inner.padding = 60_000 // 8
    await site.get("long")
    await site.get("long")
    assert site.inner.asked == before + 3, "one answer must not take the place of many"


async def test_without_room_nothing_is_kept():
    """And a body is not read before its time."""
    site = Site(0)
    for ask in (site.get, site.post):
        assert (await ask()).content == (await ask()).content
    assert site.inner.asked == 4
    assert len(site.cache) == 0


async def test_what_is_counted(site):
    """Hits, misses, 304s and what passes; the names in addresses are nobody's."""
    tag = (await site.get()).headers["etag"]
    await site.get()
    await site.get(If_None_Match=tag)
    await site.client.get("/graphql?query=b", headers={"If-None-Match": '"x"'})
    site.inner.declared = None
    await site.client.get("/feeds/topics/secret.rss")
    site.inner.status = 404
    await site.client.get("/wp-admin")
    await site.client.get("/sitemap-articles-1-of-2.xml")
    counts = counted(site.metrics)
    name = 'newsgraph_request_seconds_count{{cache="{}",kind="{}",status="{}"}}'
    for labels, number in (
        (("hit", "graph", 200), 1),
        (("hit", "graph", 304), 1),
        (("miss", "graph", 200), 2),
        (("none", "feed", 200), 1),
        (("none", "other", 404), 1),
        (("none", "sitemap", 404), 1),
    ):
        assert counts[name.format(*labels)] == number, labels
    assert "secret" not in site.metrics.text().decode()
    assert counts["newsgraph_response_cache_answers"] == 2


async def test_a_tag_that_is_listed_among_many(site):
    """A cache lists all that it has."""
    tag = (await site.get(**AS_IT_IS)).headers["etag"]
    listed = ", ".join([f'"{number}"' for number in range(500)] + [tag])
    assert (await site.get(If_None_Match=listed)).status_code == httpx.codes.NOT_MODIFIED
