"""The days that pages show."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.pages.dates import format_date
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.server.pages.conftest import PageClient
from tests.store.archive import Archive
from tests.store_files import open_store

AMSTERDAM, NEW_YORK = "Europe/Amsterdam", "America/New_York"


@pytest.mark.parametrize(
    ("timestamp", "zone", "day"),
    [
        ("2021-07-14T22:30:00Z", UTC, "14 July 2021"),
        ("2021-07-14T22:30:00Z", ZoneInfo(AMSTERDAM), "15 July 2021"),
        ("2021-01-14T22:30:00Z", ZoneInfo(AMSTERDAM), "14 January 2021"),
        ("2021-07-15T03:59:59Z", ZoneInfo(NEW_YORK), "14 July 2021"),
        ("2021-07-15T00:00:00Z", ZoneInfo(NEW_YORK), "15 July 2021"),
        ("2021-07-15T00:00:00+00:00", ZoneInfo(NEW_YORK), "15 July 2021"),
        ("2021-07-15T00:00:01Z", ZoneInfo(NEW_YORK), "14 July 2021"),
        ("0001-01-01T00:00:01Z", ZoneInfo(NEW_YORK), "1 January 1"),
        ("9999-12-31T23:59:59Z", ZoneInfo(AMSTERDAM), "31 December 9999"),
    ],
)
def test_day_is_that_of_the_time_zone(timestamp, zone, day):
    """Midnight in UTC is a date without a time, which is the same day everywhere."""
    assert format_date(timestamp, zone) == day


def times_of(page):
    """Return the days that the main part of a page shows, by their timestamps."""
    times = page.xpath("//main//time")
    return {time.get("datetime"): time.get("title") or time.text for time in times}


async def test_pages_show_days_in_the_time_zone_of_each_folder(tmp_path):
    """Lists, articles, figures and links do; the exact time stays in the attribute."""
    dutch, american = Archive(tmp_path / "nl"), Archive(tmp_path / "us")
    dutch.collection = Collection(id="nl", time_zone=AMSTERDAM)
    american.collection = Collection(id="us", time_zone=NEW_YORK)
    star = {"name": "The Star", "domain": "star.example"}
    link = {"title": "Out", "webUrl": "https://star.example/out", "provider": star}
    dutch.write_article(
        "a.md",
        publishedDateTime="2021-07-15 00:30:00 +0200",
        topics=["T"],
        related=[link | {"publishedDateTime": "2021-07-16 00:30:00 +0200"}],
    )
    dutch.write_article("b.md", publishedDateTime="2021-07-20", topics=["T"])
    american.write_article("c.md", publishedDateTime="2021-07-14 20:30:00 -0400", topics=["T"])
    american.write_article("d.md", publishedDateTime="2021-07-21", topics=["T"])
    store = await open_store(tmp_path / "pages.db", SITE)
    try:
        await store.import_roots([dutch.root, american.root])
        async with create_client(create_app(store, SITE)) as http:
            site = PageClient(http, store, dutch, tmp_path / "pages.db")
            expected = {
                "2021-07-14T22:30:00Z": "15 July 2021",
                "2021-07-20T00:00:00Z": "20 July 2021",
                "2021-07-15T00:30:00Z": "14 July 2021",
                "2021-07-21T00:00:00Z": "21 July 2021",
            }
            for path in ("/", "/articles", "/topics/t", "/search?topic=t"):
                assert times_of(await site.get_page(path)) == expected, path
            article = times_of(await site.get_page("/articles/a"))
            assert article == {
                "2021-07-14T22:30:00Z": "15 July 2021",
                "2021-07-15T22:30:00+00:00": "16 July 2021",
            }
            linked = times_of(await site.get_page("/providers/star.example"))
            assert linked == {"2021-07-15T22:30:00Z": "16 July 2021"}
    finally:
        await store.close()


async def test_a_changed_time_zone_changes_pages(serve_archive, archive):
    """The import gives pages a new ETag, also if no document's time changes."""
    archive.write_article("a.md", publishedDateTime="2021-07-15 00:30:00 +0200")
    async with serve_archive(archive) as site:
        first = await site.http.get("/articles/a")
        assert "14 July 2021" in first.text
        archive.collection = Collection(id="tests", time_zone=AMSTERDAM)
        await site.store.import_roots([archive.root])
        again = await site.http.get("/articles/a", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == httpx.codes.OK
        assert "15 July 2021" in again.text
