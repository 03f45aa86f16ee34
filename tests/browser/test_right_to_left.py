"""Pages with text that runs from right to left."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.server.live import running_server
from tests.store.archive import Archive

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def right_to_left_site(tmp_path_factory):
    """URL of a server with stories in Arabic."""
    folder = tmp_path_factory.mktemp("right-to-left")
    archive = Archive(folder / "in")
    archive.write_file("newsgraph.toml", 'id = "right"\ntitle = "أرشيف الأخبار!"\n')
    archive.write_article("question.md", title="ما هو الذكاء الاصطناعي؟", category="Opinion")
    archive.write_article(
        "english.md", title="In English", author="محمد", publishedDateTime="2024-01-01"
    )
    archive.write_article(
        "news.md", title="خبر", author="John", publishedDateTime="2024-02-03", topics=["أخبار AI"]
    )
    archive.write_article(
        "pictured.md", title="خبر " * 40, excerpt="خبر " * 99, images=["https://x.example/a.png"]
    )
    with running_server(folder, roots=(archive.folder,)) as (url, _):
        yield url


def test_the_direction_of_an_article_is_that_of_its_title(browse, right_to_left_site):
    """A category or author in another script does not change it."""
    page = browse(f"{right_to_left_site}/articles/question")
    article = page.locator("article")
    assert article.evaluate("article => getComputedStyle(article).direction") == "rtl"
    page.goto(f"{right_to_left_site}/articles/english")
    assert article.evaluate("article => getComputedStyle(article).direction") == "ltr"
    for part in page.locator(".parts > span").all():
        assert part.evaluate("part => getComputedStyle(part).direction") == "ltr"


FIRST_AND_LAST_X = """element => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  const xOf = (index) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + 1);
    return range.getBoundingClientRect().x;
  };
  return [xOf(0), xOf(text.length - 1)];
}"""
"""Horizontal positions of the first and the last character of a text."""


def test_each_text_has_its_own_direction(browse, right_to_left_site):
    """Dates run from left to right in Arabic stories, and Arabic names from right to left."""
    page = browse(f"{right_to_left_site}/articles/news", replace_images=True)
    right_to_left = ["main .names a", ".offers bdi", ".top .name"]
    for selector in ("article time", *right_to_left):
        first_x, last_x = page.locator(selector).first.evaluate(FIRST_AND_LAST_X)
        assert (first_x < last_x) == (selector not in right_to_left), selector
    # The parts of the byline follow each other from right to left.
    parts = [part.bounding_box() for part in page.locator(".parts > span").all()]
    assert len(parts) == 3
    for part, next_part in pairwise(parts):
        assert next_part["x"] + next_part["width"] <= part["x"] + 1
    for path in ("/", "/topics", page.locator("main .names a").get_attribute("href")):
        page.goto(right_to_left_site + path)
        for selector in ("h1 bdi", ".names a", ".feeds a"):
            for element in page.locator(selector).all()[:1]:
                first_x, last_x = element.evaluate(FIRST_AND_LAST_X)
                assert first_x > last_x, (path, selector)
        time = page.locator("main time, footer time").first
        first_x, last_x = time.evaluate(FIRST_AND_LAST_X)
        assert first_x < last_x


LEFT_EDGE_OF_TEXT = """container => {
  const image = container.querySelector("img").getBoundingClientRect();
  const range = document.createRange();
  range.selectNodeContents(container.querySelector("h3, .lead"));
  return Math.min(...[...range.getClientRects()]
    .filter((line) => line.top < image.bottom && line.bottom > image.top)
    .map((line) => line.left));
}"""
"""The leftmost position of the lines of text beside an image."""


def test_images_are_at_the_left_edge_with_a_margin(browse, right_to_left_site):
    """In a story from right to left, the margin is between the image and the text on its right."""
    page = browse(f"{right_to_left_site}/healthz", replace_images=True)
    for path, selector in (("/articles", "ol.articles li"), ("/articles/pictured", "article")):
        page.goto(right_to_left_site + path)
        container = page.locator(selector).filter(has=page.locator("img"))
        edge = container.bounding_box()["x"]
        image = container.locator("img").bounding_box()
        assert image["x"] == pytest.approx(edge, abs=1)
        assert container.evaluate(LEFT_EDGE_OF_TEXT) >= image["x"] + image["width"] + 10
