"""The diagnostics page."""

from __future__ import annotations

from newsgraph.server.pages import selections


async def test_diagnostics_have_a_position_and_advice(serve_archive, archive):
    """A diagnostic has file, line, column, message and advice; the page has the store's counts."""
    archive.write_file("bad.md", "---\ntitle: [\n---\n")
    archive.write_article("good.md", topics=["A"])
    archive.write_article("secret.md", published=False)
    async with serve_archive(archive) as site:
        page = await site.get_page("/diagnostics")
        [diagnostic] = page.xpath("//section[starts-with(@class, 'found')]")
        assert diagnostic.get("class") == "found error"
        assert diagnostic.xpath(".//li/code/text()") == ["bad.md:3:1"]
        assert diagnostic.xpath("string(h3)").strip()
        assert diagnostic.xpath("string(p[last()])").strip()
        terms = dict(zip(page.xpath("//dt/text()"), page.xpath("//dl//dd"), strict=True))
        values = {term: element.text_content() for term, element in terms.items()}
        assert values["Stories"] == "1"
        assert values["Hidden"] == "1"
        assert values["Topics, empty ones too"] == "1"
        assert values["Revision"] == "1"
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


async def test_many_diagnostics_are_paginated(serve_archive, archive):
    """The pages together list every file, and equal diagnostics of a page are grouped."""
    count = selections.DIAGNOSTICS_PAGE_SIZE + 5
    for number in range(count):
        archive.write_file(f"{number:04}.md", "---\ntitle: [\n---\n")
    async with serve_archive(archive) as site:
        first = await site.get_page("/diagnostics")
        second = await site.get_page(first.xpath("//nav/a[@rel='next']/@href")[0])
        paths = [
            path.split(":")[0]
            for page in (first, second)
            for path in page.xpath("//section//li/code/text()")
        ]
        assert paths == [f"{number:04}.md" for number in range(count)]
        assert len(first.xpath("//section[starts-with(@class, 'found')]")) == 1
        assert f"{count} things to look at" in first.xpath("string(//main)")


async def test_backticks_in_messages_become_code_elements(serve_archive, archive):
    """Messages are escaped otherwise, as are the names of files."""
    archive.write_article("<b>.md", images=[{"url": "/x.jpg"}])
    async with serve_archive(archive) as site:
        page = await site.get_page("/diagnostics")
        assert page.xpath("//section//p/code[.='url']")
        assert "`" not in page.xpath("string(//main//section)")
        assert page.xpath("//section//li/code/text()") == ["<b>.md"]


async def test_the_page_says_that_there_are_no_diagnostics(client):
    """The seeds are imported without diagnostics."""
    text = (await client.get("/diagnostics")).text
    assert "Nothing to look at" in text
