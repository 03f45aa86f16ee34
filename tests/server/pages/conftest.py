"""Fixtures: an archive that a test fills, and a client for its pages."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest
from lxml import html

from newsgraph.server.app import create_app
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

PATH_PREFIX = "/archive"


class PageClient:
    """A client for the pages of an archive.

    Attributes:
        http: the HTTP client, with paths relative to the site.
        store: the store that the application serves.
        archive: the imported archive.
        path: path of the store's file.
    """

    def __init__(self, http, store, archive, path):
        self.http, self.store, self.archive, self.path = http, store, archive, path

    async def get_page(self, path, status_code=200):
        """Return the parsed page at a path, with or without the site's prefix."""
        response = await self.http.get(path.removeprefix(PATH_PREFIX))
        assert response.status_code == status_code, path
        return html.fromstring(response.content)

    async def get_titles_of_all_pages(self, path):
        """Return the titles of stories on a page and on all following pages, page by page."""
        titles = []
        while path:
            page = await self.get_page(path)
            titles.append(story_titles(page))
            path = next(iter(page.xpath("//nav[@aria-label='Pages']/a[@rel='next']/@href")), None)
        return titles


def story_titles(page):
    """Return the titles of the stories that a page lists."""
    return page.xpath("//ol[@class='articles']//h3/a/text()")


@pytest.fixture
def serve_archive(tmp_path):
    """A context manager that imports an archive and serves its pages to a `PageClient`.

    It is used as `async with serve_archive(archive, **settings) as site`, with settings of
    `create_app`.
    """

    @asynccontextmanager
    async def serve(archive, **settings):
        store = await open_store(tmp_path / "pages.db", SITE)
        try:
            await store.import_roots([archive.root])
            async with create_client(create_app(store, SITE, **settings)) as http:
                yield PageClient(http, store, archive, tmp_path / "pages.db")
        finally:
            await store.close()

    return serve


@pytest.fixture
def archive(tmp_path):
    """An empty archive."""
    return Archive(tmp_path / "in")


def nth_day(number):
    """Return the timestamp of a day of 2024, counted from 0, as in front matter."""
    return f"2024-{1 + number // 28:02}-{1 + number % 28:02}T08:00:00Z"
