"""Accessibility of pages: axe-core, keyboard, text spacing, alternative texts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAYOUT_SHIFT, PHONE
from tests.server.live import running_server
from tests.server.pages.page_paths import PAGES, STORY

pytestmark = pytest.mark.process

NOT_FOUND = r"status of 404 .*nothing-here"


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible(browse, site, check_accessibility, path):
    """axe-core finds no serious violation on any screen and in any color scheme.

    No content overflows the viewport of a phone, and neither scripts nor images shift content.
    """
    page = browse(f"{site}/healthz", replace_images=True, expected_errors=(NOT_FOUND,))
    for viewport in (page.viewport_size, PHONE["viewport"]):
        page.set_viewport_size(viewport)
        page.goto(site + path)
        for color_scheme in ("light", "dark"):
            page.emulate_media(color_scheme=color_scheme)
            check_accessibility(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert page.evaluate(LAYOUT_SHIFT) == 0


def test_initials_replace_pictures_that_are_switched_off(browse, tmp_path, check_accessibility):
    """The initials on cards have enough contrast."""
    with running_server(tmp_path, pictures=False) as (site, _):
        page = browse(f"{site}/articles/{STORY}")
        expect(page.locator("figure .tile").first).to_be_visible()
        expect(page.locator("img")).to_have_count(0)
        for color_scheme in ("light", "dark"):
            page.emulate_media(color_scheme=color_scheme)
            check_accessibility(page)


SET_TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""Sets the text spacing that pages have to support (WCAG 2.2, section 1.4.12)."""

HAS_OVERLAP = """card => {
  const [publisher, title, time] = card.children;
  const box = (element) => element.getBoundingClientRect();
  return box(publisher).bottom > box(title).top + 1 || box(title).bottom > box(time).top + 1
    || box(time).bottom > box(card).bottom;
}"""
"""Whether the contents of a card overlap each other or the card's bottom."""

LINE_COUNT = """card => {
  const title = card.querySelector("a, strong");
  return title.clientHeight / parseFloat(getComputedStyle(title).lineHeight);
}"""
"""Number of lines of a card's title, with a fraction if a line is cut off."""


def test_cards_support_text_spacing(browse, site):
    """Contents of cards neither overlap nor overflow, and no line of a title is cut off."""
    page = browse(f"{site}/articles/{STORY}", replace_images=True)
    page.evaluate(SET_TEXT_SPACING)
    cards = page.locator("figure .card")
    assert cards.count() == 9
    for viewport in ({"width": 320, "height": 740}, page.viewport_size):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert cards.evaluate_all(f"cards => cards.map({HAS_OVERLAP})") == [False] * 9
        for line_count in cards.evaluate_all(f"cards => cards.map({LINE_COUNT})"):
            assert line_count == pytest.approx(round(line_count), abs=0.05)


def test_bodies_with_unusual_markup_are_accessible(browse, difficult_site, check_accessibility):
    """Images without a description have a name, and wide elements scroll with the keyboard."""
    page = browse(f"{difficult_site}/articles/marked-up", expected_errors=("404",))
    # Its image fails to load.
    expect(page.get_by_text("Picture", exact=True)).to_be_visible()
    check_accessibility(page)
    page.set_viewport_size(PHONE["viewport"])
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for element in (page.locator("pre"), page.locator("table")):
        element.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("wide => wide.scrollLeft > 0", arg=element.element_handle())


def test_linked_images_have_an_accessible_name(browse, difficult_site):
    """The name is the image's alternative text, which replaces the image if it is hidden."""
    page = browse(f"{difficult_site}/articles/linked", replace_images=True)
    link = page.locator('a[href="https://b.example/"]')
    for is_shown in (True, False, True):
        expect(link.get_by_role("img")).to_be_visible(visible=is_shown)
        expect(link.get_by_text("A cat")).to_be_visible(visible=not is_shown)
        expect(link).to_have_accessible_name("A cat")
        page.get_by_role("button", name="Hide" if is_shown else "Show").click()


def test_pages_are_usable_with_the_keyboard(browse, site):
    """The first link skips to the content, and the focus is visible."""
    page = browse(f"{site}/topics/ai", replace_images=True)
    page.keyboard.press("Tab")
    skip_link = page.get_by_role("link", name="To the content")
    expect(skip_link).to_be_focused()
    expect(skip_link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    feed_link = page.locator("main .subscribe a").first
    expect(feed_link).to_be_focused()
    assert feed_link.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
