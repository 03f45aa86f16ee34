"""Validators and conditional requests."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.http_cache.cached_response import Answer
from newsgraph.server.http_cache.etags import Changed, Validators, named, tagged, untagged
from tests.server.conftest import SITE, client_of
from tests.server.fake_store import FakeStore

PATHS = ["/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds.opml", "/", "/topics/ai"]
TAG = '"abc"'
IMPORTED = datetime(2024, 2, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("path", [*PATHS, "/schema.graphql"])
async def test_the_tag_gets_a_304(client, path):
    """A reader that has the newest is told so, with the fields that the 200 had."""
    first = await client.get(path)
    second = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == httpx.codes.NOT_MODIFIED
    assert second.content == b""
    for name in ("etag", "last-modified", "cache-control", "vary"):
        assert second.headers.get(name) == first.headers.get(name)
    assert first.headers["cache-control"] == "no-cache"


# Pages have no date: it would not tell of other settings.
@pytest.mark.parametrize("path", [one for one in PATHS if one.startswith("/feeds")])
async def test_the_date_alone_gets_a_304(client, path):
    """Some readers send only the date."""
    since = (await client.get(path)).headers["last-modified"]
    assert since.endswith(" GMT")
    response = await client.get(path, headers={"If-Modified-Since": since})
    assert response.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.parametrize("path", [*PATHS, "/schema.graphql"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
async def test_head_says_what_get_would(client, path, coding):
    """The same fields, the length among them, and no body."""
    asked = {"Accept-Encoding": coding}
    head, get = await client.head(path, headers=asked), await client.get(path, headers=asked)
    assert head.content == b""
    assert head.headers == get.headers
    assert head.headers["content-type"]
    if "content-encoding" not in get.headers:
        assert int(head.headers["content-length"]) == len(get.content) > 0


async def test_every_resource_has_its_own_tag(client):
    """A tag of one feed must not hide another."""
    paths = [*PATHS, "/feeds/all.atom", "/feeds/topics/ai.rss", "/schema.graphql"]
    tags = [(await client.get(path)).headers["etag"] for path in paths]
    assert len(set(tags)) == len(paths)


async def test_304_is_answered_before_anything_is_read():
    """This is what makes a reader's hourly visit cheap."""
    store = FakeStore()
    async with client_of(create_app(store, SITE)) as client:
        tag = (await client.get("/feeds/all.rss")).headers["etag"]
        assert store.reads == 1
        response = await client.get("/feeds/all.rss", headers={"If-None-Match": tag})
    assert response.status_code == httpx.codes.NOT_MODIFIED
    assert store.reads == 1


async def test_the_tag_belongs_to_the_bytes():
    """An import between looking at the revision and reading must not marry old and new."""
    store = FakeStore()

    def import_once():
        store.revision, store.before_read = 2, None

    store.before_read = import_once
    async with client_of(create_app(store, SITE)) as client:
        raced = await client.get("/feeds/all.rss")
        after = await client.get("/feeds/all.rss")
    assert "revision 2" in raced.text
    assert raced.headers["etag"] == after.headers["etag"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"revision": 2},
        {"store_id": "another"},
    ],
)
async def test_what_changes_bytes_changes_the_tag(change):
    """A new revision, and a store that was made anew with the same number of them."""
    tags = set()
    for store in (FakeStore(), FakeStore(**change)):
        async with client_of(create_app(store, SITE)) as client:
            tags.add((await client.get("/feeds/all.rss")).headers["etag"])
    assert len(tags) == 2


async def test_settings_change_the_tag():
    """Another public URL or another length of feeds is other bytes of one revision."""
    tags = set()
    for site, entries in ((SITE, 50), ("https://else.example", 50), (SITE, 10)):
        async with client_of(create_app(FakeStore(), site, entries)) as client:
            tags.add((await client.get("/feeds/all.rss")).headers["etag"])
    assert len(tags) == 3


async def test_a_store_without_imports_has_no_date():
    """There is nothing that it was modified at."""
    async with client_of(create_app(FakeStore(imported_at=None), SITE)) as client:
        response = await client.get("/feeds/all.rss")
    assert response.status_code == httpx.codes.OK
    assert "last-modified" not in response.headers


@pytest.mark.parametrize(
    ("conditions", "hold"),
    [
        ([("If-None-Match", TAG)], True),
        ([("If-None-Match", f"W/{TAG}")], True),
        ([("If-None-Match", f'"x", W/"y,z" , {TAG}')], True),
        ([("If-None-Match", '"x"'), ("If-None-Match", TAG)], True),
        ([("If-None-Match", "*")], True),
        ([("If-None-Match", '"*"')], False),
        ([("If-None-Match", '"abcd"')], False),
        ([("If-None-Match", "abc")], False),
        ([("If-None-Match", "")], False),
        ([("If-None-Match", '"x"'), ("If-Modified-Since", format_datetime(IMPORTED, True))], False),
        ([("If-None-Match", TAG), ("If-Modified-Since", "Mon, 01 Jan 1990 00:00:00 GMT")], True),
        ([("If-Modified-Since", "Fri, 02 Feb 2024 08:00:00 GMT")], True),
        ([("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 -2359")], False),
        ([("If-Modified-Since", "1 Jan 2021 99999999999:00:00 +99999999999999999999")], False),
        ([("If-Modified-Since", "Fri, 02 Feb 2024 08:00:01 GMT")], True),
        ([("If-Modified-Since", "Fri, 02 Feb 2024 07:59:59 GMT")], False),
        ([("If-Modified-Since", "Friday, 02-Feb-24 08:00:00 GMT")], True),
        ([("If-Modified-Since", "yesterday")], False),
        ([("If-Modified-Since", "Fri, 99 Feb 2024 08:00:00 GMT")], False),
        ([], False),
    ],
)
def test_conditions(conditions, hold):
    """RFC 9110 section 13: lists, weak tags, the star, the date only without a tag."""
    date = format_datetime(IMPORTED, True).encode()
    headers = [(b"etag", TAG.encode()), (b"last-modified", date)]
    told = {}
    for name, value in conditions:
        told.setdefault(name.lower().encode(), []).append(value.encode())
    joined = {name: b", ".join(values) for name, values in told.items()}
    has = Answer("feed", 200, headers, b"").has(joined, ("identity",))
    assert has == ("identity" if hold else None)


def test_tags_are_strong_and_writable():
    """RFC 9110 section 8.8.3; a path may hold any character."""
    changed = Changed(1, "2024-02-02T08:00:00Z")
    validators = Validators.of("id", changed, "/feeds/topics/\udcff☃")
    assert validators.etag.isascii()
    assert validators.etag[0] == validators.etag[-1] == '"'
    assert validators.last_modified == IMPORTED


CODINGS = ("br", "gzip", "identity")


@pytest.mark.parametrize(
    ("listed", "codings", "found"),
    [
        ('"abc"', CODINGS, "identity"),
        ('"abc-gzip"', CODINGS, "gzip"),
        ('W/"abc-gzip"', CODINGS, "gzip"),
        ('"abc", "abc-gzip", "abc-br"', CODINGS, "br"),
        ('"abc-zstd"', CODINGS, None),
        ('"abc"', ("gzip",), None),
        ('"abcd-gzip", "-gzip", "abc-", "gzip"', CODINGS, None),
    ],
)
def test_a_tag_counts_in_each_coding_that_the_client_takes(listed, codings, found):
    """Its own is told back: a cache finds by it which of its answers is good."""
    assert named(listed, TAG, codings) == found


def test_handlers_are_asked_for_their_own_tags():
    """What a coding has added is taken off; what the client cannot read is left out."""
    listed = '"a-gzip", W/"b", "c-zstd", "d-e", "-br"'
    assert untagged(listed, CODINGS) == ['"a"', '"b"', '"d-e"', '""']
    assert [tagged(TAG, one) for one in CODINGS] == ['"abc-br"', '"abc-gzip"', '"abc"']
