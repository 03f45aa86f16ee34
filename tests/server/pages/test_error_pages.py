"""Pages for those who do not get what they asked for."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from newsgraph.server.app import create_app
from newsgraph.server.pages.error_pages import words_of
from newsgraph.store.errors import ReadTimedOut
from tests.server.conftest import SITE, client_of
from tests.server.fake_store import FakeStore


@pytest.mark.parametrize(
    ("path", "words"),
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
def test_words_of_an_address(path, words):
    """What is worth a search: no dates, no endings."""
    assert words_of(path) == words


async def test_not_found_searches_on(client):
    """The words of the address stand in the form already."""
    response = await client.get("/articles/2019-facebook-videos")
    assert response.status_code == httpx.codes.NOT_FOUND
    page = html.fromstring(response.content)
    assert page.xpath("//main//input[@name='q']/@value") == ["facebook videos"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link[@rel='canonical']")
    assert "etag" not in response.headers


async def test_a_store_that_takes_too_long_says_so_on_a_page():
    """In the words of the error, which are for people."""
    store = FakeStore(failure=ReadTimedOut("It took longer than 1 s."))
    async with client_of(create_app(store, SITE)) as client:
        response = await client.get("/topics/ai")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    page = html.fromstring(response.content)
    assert page.xpath("string(//h1)") == "This took too long"
    assert "It took longer than 1 s." in page.xpath("//main/p/text()")
    assert response.headers["cache-control"] == "no-store"
