"""Articles without a date on pages: they are in no feed if other articles have dates."""

from __future__ import annotations

from tests.server.pages.conftest import PATH_PREFIX, story_titles

ALL_STORIES = "//section[@aria-labelledby='page-newest']/p/a"


def footer_count(page):
    """Return what the footer says of the number of stories."""
    return " ".join(page.xpath("string(//footer/p)").split()).partition(", imported")[0]


async def test_newest_stories_are_those_of_feeds(serve_archive, archive):
    """The home page links to the list of all, where those without a date come last."""
    archive.write_article("about.md", title="About")
    archive.write_article("post.md", title="Post", date="2024-05-02")
    async with serve_archive(archive) as site:
        home = await site.get_page("/")
        assert story_titles(home) == ["Post"]
        [link] = home.xpath(ALL_STORIES)
        assert link.get("href") == f"{PATH_PREFIX}/articles"
        assert link.text == "All 2 stories, 1 of them without a date"
        assert footer_count(home) == "2 stories, 1 of them without a date"
        articles = await site.get_page("/articles")
        assert story_titles(articles) == ["Post", "About"]
        count = articles.xpath("string(//main/p[@class='about'])")
        assert count == "2 stories, the newest first, and 1 without a date last"


async def test_archive_without_dates(serve_archive, archive):
    """All its articles are in feeds, and on the home page."""
    archive.write_article("a.md", title="A")
    archive.write_article("b.md", title="B")
    async with serve_archive(archive) as site:
        home = await site.get_page("/")
        assert story_titles(home) == ["A", "B"]
        assert not home.xpath(ALL_STORIES)
        assert footer_count(home) == "2 stories"
        articles = await site.get_page("/articles")
        assert articles.xpath("string(//main/p[@class='about'])") == "2 stories, the newest first"


async def test_articles_with_dates_need_no_link(serve_archive, archive):
    """The list of all has nothing that the home page lacks."""
    archive.write_article("a.md", title="A", date="2024-05-02")
    async with serve_archive(archive) as site:
        home = await site.get_page("/")
        assert not home.xpath(ALL_STORIES)
        assert footer_count(home) == "1 story"


async def test_hidden_articles_do_not_count(serve_archive, archive):
    """A draft without a date is not among those without one."""
    archive.write_article("a.md", title="A", date="2024-05-02")
    archive.write_article("b.md", title="B", draft=True)
    async with serve_archive(archive) as site:
        assert footer_count(await site.get_page("/")) == "1 story"
