"""Error pages."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from newsgraph.server.app import create_app
from newsgraph.server.pages.error_pages import search_words
from newsgraph.store.errors import QueryTimeout
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/articles/2021-03-12-facebook-will-train", "facebook will train"),
        ("/2021/03/some_story.html", "some story"),
        ("/wp-login.php", "wp login"),
        ("/日本/語学", "語学"),
        ("/<b>/", ""),
        ("/", ""),
        ("/a-b-c", ""),
        ("/" + "-".join(["word"] * 50), " ".join(["word"] * 8)),
    ],
)
def test_search_words_of_a_path(path, expected):
    """They are those of the last segment, without dates and file name extension."""
    assert search_words(path) == expected


async def test_not_found_page_searches_for_the_words_of_the_path(client):
    """The search form is filled in, and search engines do not index the page."""
    response = await client.get("/articles/2019-facebook-videos")
    assert response.status_code == httpx.codes.NOT_FOUND
    page = html.fromstring(response.content)
    assert page.xpath("//main//input[@name='q']/@value") == ["facebook videos"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link[@rel='canonical']")
    assert "etag" not in response.headers


async def test_a_query_timeout_is_shown_on_a_page():
    """The page has the error's message and must not be cached."""
    store = FakeStore(failure=QueryTimeout("It took longer than 1 s."))
    async with create_client(create_app(store, SITE)) as client:
        response = await client.get("/topics/ai")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    page = html.fromstring(response.content)
    assert page.xpath("string(//h1)") == "This took too long"
    assert "It took longer than 1 s." in page.xpath("//main/p/text()")
    assert response.headers["cache-control"] == "no-store"
