"""Navigation: links between pages, subscribing to feeds, searching, and pages without scripts."""

from __future__ import annotations

import re

import feedparser
import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.server.live import running_server
from tests.server.pages.page_paths import STORY
from tests.store.archive import Archive

pytestmark = pytest.mark.process


def test_reading_and_subscribing(browse, site):
    """A reader goes from the home page to a topic, copies its feed, and reads two stories."""
    permissions = ["clipboard-read", "clipboard-write"]
    page = browse(f"{site}/", replace_images=True, permissions=permissions)
    page.get_by_role("region", name="Topics").get_by_role("link", name="AI", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AI")
    page.get_by_role("button", name="Copy the address of the RSS feed of AI").click()
    expect(page.get_by_role("status")).to_have_text("Copied: give it to your feed reader.")
    feed_url = page.evaluate("navigator.clipboard.readText()")
    assert feed_url == f"{site}/feeds/topics/ai.rss"
    titles = page.locator("ol.articles h3").all_inner_texts()
    feed = feedparser.parse(httpx.get(feed_url, trust_env=False).content)
    assert [entry.title for entry in feed.entries] == titles
    page.get_by_role("link", name="Facebook will train its AI by using public videos").click()
    expect(page).to_have_url(f"{site}/articles/{STORY}")
    page.get_by_role("figure").get_by_role("link", name="Facebook’s computer vision").click()
    expect(page).to_have_url(re.compile(f"{site}/articles/2021-03-13-facebooks-computer-vision"))
    expect(
        page.get_by_role("figure").get_by_role("link", name="Facebook will train")
    ).to_be_visible()


def test_copying_without_the_clipboard_api(browse, site):
    """The deprecated command is used; if it fails, the URL is shown."""
    page = browse(f"{site}/topics/ai", replace_images=True)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy the address of the Atom feed of AI").click()
    expect(page.get_by_role("status")).to_have_text(f"{site}/feeds/topics/ai.atom")
    page.evaluate("document.execCommand = (command) => command === 'copy'")
    page.get_by_role("button", name="Copy the address of the Atom feed of AI").click()
    expect(page.get_by_role("status")).to_have_text("Copied: give it to your feed reader.")


def test_searching(browse, site):
    """A search is narrowed to a publisher and widened again."""
    page = browse(f"{site}/topics", replace_images=True)
    page.get_by_role("combobox").fill("facebook")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("ol.articles > li")).to_have_count(4)
    page.get_by_role("navigation", name="Publishers").get_by_role("link", name="CNET").click()
    expect(page.locator("ol.articles > li")).to_have_count(1)
    expect(page.locator("ol.articles mark").first).to_have_text(
        re.compile("facebook", re.IGNORECASE)
    )
    page.get_by_role("link", name="Without the condition cnet.com").click()
    expect(page.locator("ol.articles > li")).to_have_count(4)


CLICK_TARGETS = """link => {
  const card = link.closest("li");
  card.scrollIntoView({block: "center"});
  const box = card.getBoundingClientRect();
  return [[.5, .5], [.95, .1], [.05, .9], [.95, .9]].map(([x, y]) => document
    .elementFromPoint(box.x + box.width * x, box.y + box.height * y)
    ?.closest("a")?.href);
}"""
"""URLs of the links in the middle and near the corners of a card."""


def test_cards_are_links_over_their_entire_area(browse, site):
    """Clicking anywhere on a card opens its page here, or the original story."""
    page = browse(f"{site}/articles/{STORY}", replace_images=True)
    links = page.locator("figure a")
    for viewport in (page.viewport_size, PHONE["viewport"]):
        page.set_viewport_size(viewport)
        urls = links.evaluate_all("links => links.map(link => link.href)")
        assert len(urls) == 8
        assert sum(url.startswith(f"{site}/articles/") for url in urls) == 3
        targets = links.evaluate_all(f"links => links.map({CLICK_TARGETS})")
        assert targets == [[url] * 4 for url in urls]


def test_pages_work_without_scripts(browse, tmp_path):
    """Paging and searching work, and buttons that need scripts are hidden."""
    archive = Archive(tmp_path / "in")
    archive.write_file("newsgraph.toml", 'id = "many"\n')
    for number in range(70):
        archive.write_article(
            f"{number:02}.md", publishedDateTime=f"2024-01-01T00:{number % 60:02}:00Z"
        )
    with running_server(tmp_path, roots=(archive.folder,)) as (site, _):
        page = browse(f"{site}/articles", java_script_enabled=False)
        titles = page.locator("ol.articles h3").all_inner_texts()
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)
        expect(page.get_by_role("button", name="Hide pictures")).to_have_count(0)
        while (older := page.get_by_role("link", name="Older")).count():
            older.click()
            titles += page.locator("ol.articles h3").all_inner_texts()
        assert sorted(titles) == [f"{number:02}.md" for number in range(70)]
        page.get_by_role("searchbox").fill("07.md")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("ol.articles h3")).to_have_text("07.md")


def test_browsers_discover_the_feeds_of_a_page(browse, site):
    """Its link elements have media types, URLs and titles; the URLs have these media types."""
    page = browse(f"{site}/topics/ai", replace_images=True)
    links = page.eval_on_selector_all(
        "link[rel~=alternate][type]",
        "links => links.map(link => [link.type, link.href, link.title])",
    )
    assert links[:3] == [
        ["application/rss+xml", f"{site}/feeds/topics/ai.rss", "AI (RSS)"],
        ["application/atom+xml", f"{site}/feeds/topics/ai.atom", "AI (Atom)"],
        ["application/feed+json", f"{site}/feeds/topics/ai.json", "AI (JSON)"],
    ]
    for media_type, url, _title in links:
        response = httpx.get(url, trust_env=False)
        assert response.headers["content-type"].partition(";")[0] == media_type
