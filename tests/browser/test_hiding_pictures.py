"""Pictures that are hidden by the reader, or fail to load."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.server.pages.page_paths import STORY

pytestmark = pytest.mark.process


def test_hidden_pictures_are_not_requested(browse, site):
    """The choice applies to all pages, until pictures are shown again."""
    page = browse(f"{site}/", replace_images=True)
    pictures = page.locator("ol.articles img")
    expect(pictures.first).to_be_visible()
    page.get_by_role("button", name="Hide pictures").click()
    expect(pictures.first).to_be_hidden()
    # Scrolling to the button, at the end of the page, has made more pictures load: leave the page.
    page.goto(f"{site}/healthz")
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    for path in ("/", "/topics/ai", f"/articles/{STORY}"):
        page.goto(site + path, wait_until="networkidle")
    assert [url for url in urls if not url.startswith(site)] == []
    with page.expect_request(lambda request: not request.url.startswith(site)):
        page.get_by_role("button", name="Show pictures").click()
    expect(page.locator("main img").first).to_be_visible()


def test_hiding_pictures_applies_to_open_pages(browse, site):
    """It applies to other tabs at once, and to pages that are restored from the cache."""
    page = browse(f"{site}/topics/ai", replace_images=True)
    pictures = page.locator("ol.articles img")
    expect(pictures.first).to_be_visible()
    other_tab = page.context.new_page()
    other_tab.goto(f"{site}/")
    other_tab.get_by_role("button", name="Hide pictures").click()
    expect(pictures.first).to_be_hidden()
    expect(page.get_by_role("button", name="Show pictures")).to_have_count(1)
    # A page in the back/forward cache gets no storage events. Headless Chromium has no such
    # cache, so the event of restoring a page is dispatched here.
    page.evaluate("localStorage.clear()")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(pictures.first).to_be_visible()


def test_pictures_that_fail_to_load_are_hidden(browse, site):
    """No broken-image icon is visible."""
    page = browse(f"{site}/healthz", replace_images=True, expected_errors=("net::ERR_FAILED",))
    page.context.route(re.compile(r"\.(jpg|jpeg|png|webp)"), lambda route: route.abort())
    for path in ("/topics/ai", f"/articles/{STORY}"):
        page.goto(site + path)
        assert page.locator("main img").count() >= 4
        page.evaluate("for (const image of document.images) image.loading = 'eager'")
        expect(page.locator("main img:visible")).to_have_count(0)
