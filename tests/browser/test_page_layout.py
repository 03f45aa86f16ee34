"""Layout of pages: late images, long words, print, and the weight of the home page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAYOUT_SHIFT, PHONE, PICTURE_SIZES, wait_until
from tests.server.pages.page_paths import STORY

pytestmark = pytest.mark.process


def test_late_images_shift_no_content(browse, difficult_site):
    """Space is reserved for an image, even if its declared size is missing or wrong."""
    page = browse(f"{difficult_site}/healthz", replace_images=True, **PHONE)
    pending_routes = []
    page.context.route("https://x.example/**", lambda route: pending_routes.append(route))
    image = page.locator(".main img")
    for name in PICTURE_SIZES:
        page.goto(f"{difficult_site}/articles/{name}", wait_until="domcontentloaded")
        wait_until(lambda: pending_routes, page)
        before = image.bounding_box()
        assert before["height"] > 100, name
        pending_routes.pop().fallback()
        assert page.evaluate(LAYOUT_SHIFT) == 0, name
        assert image.evaluate("image => image.naturalWidth") > 0
        after = image.bounding_box()
        assert (after["width"], after["height"]) == (before["width"], before["height"]), name


def test_long_words_do_not_overflow(browse, difficult_site):
    """Long titles and topics are broken, and the names of feed formats beside them are not."""
    page = browse(f"{difficult_site}/articles/long")
    for width in (320, 520, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        feed_links = page.locator(".offers li").all()
        assert feed_links
        for feed_link in feed_links:
            assert feed_link.bounding_box()["height"] < 40


def test_a_url_that_was_not_copied_does_not_overflow(browse, difficult_site):
    """A percent-encoded URL has no character to break after, but is broken nevertheless."""
    viewport = {"width": 320, "height": 740}
    page = browse(f"{difficult_site}/topics/人工知能機械学習", viewport=viewport)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy the address of the RSS feed").click()
    expect(page.get_by_role("status")).to_contain_text("%E4%BA%BA")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_print_layout(browse, site):
    """A story is printed with its graph in color, without forms, buttons and navigation."""
    page = browse(f"{site}/articles/{STORY}", replace_images=True)
    hidden_texts = ("Subscribe", "Everything", "Read it at", "All feeds", "GraphQL")
    for text in hidden_texts:
        expect(page.get_by_text(text).first).to_be_visible()
    page.emulate_media(media="print")
    for text in hidden_texts:
        for element in page.get_by_text(text, exact=text != "Read it at").all():
            expect(element).to_be_hidden()
    for text in ("The social network says", "This story", "4 stories, imported"):
        expect(page.get_by_text(text).first).to_be_visible()
    card = page.locator(".card.here")
    assert card.evaluate("card => getComputedStyle(card).printColorAdjust") == "exact"


def test_the_home_page_is_small(browse, site):
    """It takes less than 60 kB and 10 requests, without pictures."""
    page = browse(f"{site}/healthz", replace_images=True)
    bodies = {}

    def on_response(response):
        if response.url.startswith(site):
            bodies[response.url] = response.body()

    page.on("response", on_response)
    page.goto(f"{site}/", wait_until="networkidle")
    assert 3 <= len(bodies) < 10
    assert sum(map(len, bodies.values())) < 60_000
