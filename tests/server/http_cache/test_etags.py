"""Tests of validators and conditional requests."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.http_cache.cached_response import CachedResponse
from newsgraph.server.http_cache.etags import (
    Modification,
    Validators,
    matching_encoding,
    strip_encoding,
    with_encoding,
)
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore

PATHS = ["/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds.opml", "/", "/topics/ai"]
ETAG = '"abc"'
IMPORTED = datetime(2024, 2, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("path", [*PATHS, "/schema.graphql"])
async def test_the_etag_gets_a_304(client, path):
    """A client with the current version gets a 304 with the headers of the 200."""
    first = await client.get(path)
    second = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == httpx.codes.NOT_MODIFIED
    assert second.content == b""
    for name in ("etag", "last-modified", "cache-control", "vary"):
        assert second.headers.get(name) == first.headers.get(name)
    assert first.headers["cache-control"] == "no-cache"


# Pages have no Last-Modified: a change of settings would not change it.
@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/feeds")])
async def test_the_date_alone_gets_a_304(client, path):
    """A client that sends only If-Modified-Since gets a 304."""
    date = (await client.get(path)).headers["last-modified"]
    assert date.endswith(" GMT")
    response = await client.get(path, headers={"If-Modified-Since": date})
    assert response.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.parametrize("path", [*PATHS, "/schema.graphql"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
async def test_head_has_the_headers_of_get(client, path, encoding):
    """HEAD has no body and the headers of GET, including Content-Length."""
    headers = {"Accept-Encoding": encoding}
    head, get = await client.head(path, headers=headers), await client.get(path, headers=headers)
    assert head.content == b""
    assert head.headers == get.headers
    assert head.headers["content-type"]
    if "content-encoding" not in get.headers:
        assert int(head.headers["content-length"]) == len(get.content) > 0


async def test_every_resource_has_its_own_etag(client):
    """The ETag of one resource does not match another."""
    paths = [*PATHS, "/feeds/all.atom", "/feeds/topics/ai.rss", "/schema.graphql"]
    etags = [(await client.get(path)).headers["etag"] for path in paths]
    assert len(set(etags)) == len(paths)


async def test_a_304_needs_no_read():
    """A 304 is sent without reading articles, which keeps hourly polling cheap."""
    store = FakeStore()
    async with create_client(create_app(store, SITE)) as client:
        etag = (await client.get("/feeds/all.rss")).headers["etag"]
        assert store.read_count == 1
        response = await client.get("/feeds/all.rss", headers={"If-None-Match": etag})
    assert response.status_code == httpx.codes.NOT_MODIFIED
    assert store.read_count == 1


async def test_the_etag_belongs_to_the_bytes():
    """After an import between look-up and read, the ETag is that of the new revision."""
    store = FakeStore()

    def import_once():
        store.revision, store.before_read = 2, None

    store.before_read = import_once
    async with create_client(create_app(store, SITE)) as client:
        during_import = await client.get("/feeds/all.rss")
        after_import = await client.get("/feeds/all.rss")
    assert "revision 2" in during_import.text
    assert during_import.headers["etag"] == after_import.headers["etag"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"revision": 2},
        {"store_id": "another"},
    ],
)
async def test_revision_and_store_id_are_part_of_the_etag(change):
    """A new revision has a new ETag, and so has a rebuilt store at the same revision."""
    etags = set()
    for store in (FakeStore(), FakeStore(**change)):
        async with create_client(create_app(store, SITE)) as client:
            etags.add((await client.get("/feeds/all.rss")).headers["etag"])
    assert len(etags) == 2


async def test_settings_are_part_of_the_etag():
    """A different public URL or number of feed entries has a different ETag."""
    etags = set()
    for site_url, entries in ((SITE, 50), ("https://else.example", 50), (SITE, 10)):
        async with create_client(create_app(FakeStore(), site_url, entries)) as client:
            etags.add((await client.get("/feeds/all.rss")).headers["etag"])
    assert len(etags) == 3


async def test_no_last_modified_before_the_first_import():
    """A feed of a store without imports has no Last-Modified."""
    async with create_client(create_app(FakeStore(imported_at=None), SITE)) as client:
        response = await client.get("/feeds/all.rss")
    assert response.status_code == httpx.codes.OK
    assert "last-modified" not in response.headers


@pytest.mark.parametrize(
    ("conditions", "is_match"),
    [
        ([("If-None-Match", ETAG)], True),
        ([("If-None-Match", f"W/{ETAG}")], True),
        ([("If-None-Match", f'"x", W/"y,z" , {ETAG}')], True),
        ([("If-None-Match", '"x"'), ("If-None-Match", ETAG)], True),
        ([("If-None-Match", "*")], True),
        ([("If-None-Match", '"*"')], False),
        ([("If-None-Match", '"abcd"')], False),
        ([("If-None-Match", "abc")], False),
        ([("If-None-Match", "")], False),
        ([("If-None-Match", '"x"'), ("If-Modified-Since", format_datetime(IMPORTED, True))], False),
        ([("If-None-Match", ETAG), ("If-Modified-Since", "Mon, 01 Jan 1990 00:00:00 GMT")], True),
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
def test_match_conditions(conditions, is_match):
    """Lists, weak ETags, ``*`` and dates count as in RFC 9110 section 13."""
    date = format_datetime(IMPORTED, True).encode()
    headers = [(b"etag", ETAG.encode()), (b"last-modified", date)]
    values_by_name = {}
    for name, value in conditions:
        values_by_name.setdefault(name.lower().encode(), []).append(value.encode())
    request_headers = {name: b", ".join(values) for name, values in values_by_name.items()}
    response = CachedResponse("feed", 200, headers, b"")
    encoding = response.match_conditions(request_headers, ("identity",))
    assert encoding == ("identity" if is_match else None)


def test_etags_are_strong_and_ascii():
    """An ETag is strong and ASCII (RFC 9110 section 8.8.3), whatever characters a path has."""
    modification = Modification(1, "2024-02-02T08:00:00Z")
    validators = Validators.for_revision("id", modification, "/feeds/topics/\udcff☃")
    assert validators.etag.isascii()
    assert validators.etag[0] == validators.etag[-1] == '"'
    assert validators.last_modified == IMPORTED


ENCODINGS = ("br", "gzip", "identity")


@pytest.mark.parametrize(
    ("if_none_match", "accepted", "expected"),
    [
        ('"abc"', ENCODINGS, "identity"),
        ('"abc-gzip"', ENCODINGS, "gzip"),
        ('W/"abc-gzip"', ENCODINGS, "gzip"),
        ('"abc", "abc-gzip", "abc-br"', ENCODINGS, "br"),
        ('"abc-zstd"', ENCODINGS, None),
        ('"abc"', ("gzip",), None),
        ('"abcd-gzip", "-gzip", "abc-", "gzip"', ENCODINGS, None),
    ],
)
def test_matching_encoding(if_none_match, accepted, expected):
    """The ETag of each accepted encoding matches; the preferred encoding is returned."""
    assert matching_encoding(if_none_match, ETAG, accepted) == expected


def test_strip_encoding():
    """Suffixes of accepted encodings are removed; ETags of other encodings are left out."""
    if_none_match = '"a-gzip", W/"b", "c-zstd", "d-e", "-br"'
    assert strip_encoding(if_none_match, ENCODINGS) == ['"a"', '"b"', '"d-e"', '""']
    assert [with_encoding(ETAG, encoding) for encoding in ENCODINGS] == [
        '"abc-br"',
        '"abc-gzip"',
        '"abc"',
    ]
