"""An archive that a test fills, and its pages."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest
from lxml import html

from newsgraph.server.app import create_app
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive
from tests.store_files import open_store

PREFIX = "/archive"


class Browsed:
    """The pages of an archive, as a client sees them."""

    def __init__(self, client, store, archive):
        self.client, self.store, self.archive = client, store, archive

    async def page(self, path, status=200):
        """The parsed page at an address below the prefix."""
        response = await self.client.get(path.removeprefix(PREFIX))
        assert response.status_code == status, path
        return html.fromstring(response.content)

    async def walk(self, path):
        """The titles of stories on a page and on all that follow it, page by page."""
        pages = []
        while path:
            page = await self.page(path)
            pages.append(titles(page))
            path = next(iter(page.xpath("//nav[@aria-label='Pages']/a[@rel='next']/@href")), None)
        return pages


def titles(page):
    """The titles of the stories that a page lists."""
    return page.xpath("//ol[@class='articles']//h3/a/text()")


@pytest.fixture
def browsing(tmp_path):
    """Serves an archive's pages: an async context manager, given what create_app may be."""

    @asynccontextmanager
    async def browsed(archive, **settings):
        store = await open_store(tmp_path / "pages.db", SITE)
        try:
            await store.import_roots([archive.root])
            async with client_of(create_app(store, SITE, **settings)) as client:
                yield Browsed(client, store, archive)
        finally:
            await store.close()

    return browsed


@pytest.fixture
def archive(tmp_path):
    """An empty archive."""
    return Archive(tmp_path / "in")


def day(number):
    """A day of 2024, by its number from 0, as front matter says it."""
    return f"2024-{1 + number // 28:02}-{1 + number % 28:02}T08:00:00Z"
