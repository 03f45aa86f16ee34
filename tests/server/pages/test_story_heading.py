"""What pages call a story."""

from __future__ import annotations

import json

import pytest

from newsgraph.server.pages.story_heading import story_heading
from tests.server.pages.conftest import nth_day


@pytest.mark.parametrize(
    ("story", "heading"),
    [
        ({"title": "A title", "excerpt": "Text."}, "A title"),
        ({"title": "", "excerpt": "Short note."}, "Short note."),
        (
            {"title": "", "excerpt": "The harbour was closed at noon because of fog over the sea."},
            "The harbour was closed at noon because of fog over the sea.",
        ),
        (
            {
                "title": "",
                "excerpt": "The harbour was closed at noon because of a fog over the bays.",
            },
            "The harbour was closed at noon because of a fog over the …",
        ),
        ({"title": "", "excerpt": "x" * 100}, f"{'x' * 60} …"),
        ({"title": "", "excerpt": None}, "Untitled"),
        ({"title": ""}, "Untitled"),
    ],
)
def test_heading(story, heading):
    """Without a title, it is the start of the text."""
    assert story_heading(story) == heading


@pytest.mark.parametrize(
    ("title", "article", "heading"),
    [
        ("Of the link", {"title": "Of the article"}, "Of the link"),
        ("", {"title": "Of the article"}, "Of the article"),
        ("https://x.example/", {"title": "Of the article"}, "Of the article"),
        ("https://x.example/", {"title": "", "excerpt": "Fog."}, "Fog."),
        ("https://x.example/", {"title": "", "excerpt": None}, "https://x.example/"),
        ("https://x.example/", None, "https://x.example/"),
        ("", {"title": "", "excerpt": None}, "Text of the link."),
        ("", None, "Text of the link."),
    ],
)
def test_heading_of_a_link(title, article, heading):
    """A link without a text of its own has the heading of the article that it leads to."""
    assert story_heading({"title": title, "excerpt": "Text of the link."}, article) == heading


async def test_pages_of_articles_without_titles(serve_archive, archive):
    """Metadata, graph, links of a publisher and translations have the start of the text."""
    urls = {name: f"https://town.example/{name}" for name in ("fog", "snow")}
    town = {"name": "Town", "domain": "town.example"}
    links = {name: [{"url": url, "provider": town}] for name, url in urls.items()}
    # The page of a publisher lists its own stories above the links.
    other = {"name": "Other", "domain": "other.example"}
    untitled = {"title": "", "date": nth_day(1), "translationKey": "w", "provider": other}
    archive.write_article(
        "fog.md", body="Fog.", webUrl=urls["fog"], related=links["snow"], lang="en", **untitled
    )
    archive.write_article("snow.md", body="Snow.", webUrl=urls["snow"], lang="de", **untitled)
    archive.write_article("rain.md", body="Rain.", title="", related=links["fog"])
    async with serve_archive(archive) as site:
        page = await site.get_page("/articles/fog")
        assert page.xpath("string(//title)").startswith("Fog. — ")
        assert page.xpath("//meta[@property='og:title']/@content") == ["Fog."]
        json_ld = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
        assert json_ld["headline"] == "Fog."
        cards = page.xpath("//figure[contains(@class, 'coverage')]//li/a")
        assert {card.text for card in cards} == {card.get("title") for card in cards}
        assert {card.text for card in cards} == {"Snow.", "Rain."}
        assert page.xpath("//nav[@aria-label='Translations']//a/@title") == ["Snow."]
        provider = await site.get_page("/providers/town.example")
        linked = provider.xpath("//section[@aria-labelledby='page-linked']//li")
        texts = {" ".join(item.text_content().split()) for item in linked}
        assert texts == {"Snow. linked from Fog.", "Fog. linked from Rain."}
