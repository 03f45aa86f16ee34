"""A browser that opens a feed: the page about it, and the source."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.process

LOAD_FEED = "url => fetch(url).then(response => response.headers.get('content-type'))"


def test_opening_a_feed(browse, site):
    """Its address leads to the page, from the address bar and from a link; fetch() gets the feed.

    A feed that the browser has in its cache does the same.
    """
    page = browse(f"{site}/topics/ai", replace_images=True)
    for suffix, media_type in (("rss", "rss+xml"), ("atom", "atom+xml"), ("json", "feed+json")):
        feed_url = f"{site}/feeds/topics/ai.{suffix}"
        for _ in range(2):
            assert media_type in page.evaluate(LOAD_FEED, feed_url)
            page.goto(feed_url)
            expect(page).to_have_url(f"{site}/subscribe/topics/ai")
            expect(
                page.get_by_label(suffix.upper().replace("ATOM", "Atom"), exact=True)
            ).to_have_value(feed_url)
    page.go_back()
    page.go_forward()
    expect(page).to_have_url(f"{site}/subscribe/topics/ai")


def test_subscribing_from_a_topic(browse, site):
    """The links of a topic's page lead to the page about its feed, each at its format."""
    page = browse(f"{site}/topics/ai", replace_images=True)
    group = page.get_by_role("group", name="Subscribe to AI")
    group.get_by_role("link", name="Atom").click()
    expect(page).to_have_url(f"{site}/subscribe/topics/ai#page-atom")
    row = page.locator("#page-atom")
    assert row.evaluate("row => row.matches(':target')")
    expect(row.get_by_label("Atom", exact=True)).to_be_in_viewport()


def test_copying_the_address(browse, site):
    """A button copies it; a click into the field selects it."""
    permissions = ["clipboard-read", "clipboard-write"]
    page = browse(f"{site}/subscribe/topics/ai", replace_images=True, permissions=permissions)
    page.get_by_role("button", name="Copy the address of the Atom feed").click()
    expect(page.get_by_role("status")).to_have_text("Copied: give it to your feed reader.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/feeds/topics/ai.atom"
    page.get_by_label("RSS", exact=True).click()
    assert page.evaluate("getSelection().toString()") == f"{site}/feeds/topics/ai.rss"


def test_without_scripts(browse, site):
    """The addresses can be selected with the keyboard alone, and no button does nothing."""
    page = browse(f"{site}/subscribe/topics/ai", java_script_enabled=False, replace_images=True)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    field = page.get_by_label("RSS", exact=True)
    page.get_by_role("link", name="An app on this device").focus()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"{site}/feeds/topics/ai.rss")


def test_the_source_is_shown(browse, site):
    """The browser shows XML and JSON, instead of downloading them, without a violation."""
    page = browse(f"{site}/subscribe/topics/ai", replace_images=True)
    for name, text in (("RSS", "<rss"), ("Atom", "<feed"), ("JSON", "jsonfeed.org")):
        page.goto(f"{site}/subscribe/topics/ai")
        page.get_by_role("link", name=f"Source of the {name} feed").click()
        expect(page).to_have_url(f"{site}/feeds/topics/ai.{name.lower()}?format=raw")
        expect(page.locator("body")).to_contain_text(text)


def test_long_names_fit_a_phone(browse, difficult_site, check_accessibility):
    """Addresses scroll in their fields, and the page does not."""
    page = browse(f"{difficult_site}/subscribe/topics/人工知能機械学習", **PHONE)
    for width in (320, 360, 768):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    check_accessibility(page)
