"""The page for whoever runs this."""

from __future__ import annotations

from newsgraph.server.pages import selections


async def test_what_was_found_wrong_file_by_file(browsing, archive):
    """With line and column, what it is, and what to do; and how the store stands."""
    archive.text("bad.md", "---\ntitle: [\n---\n")
    archive.write("good.md", topics=["A"])
    archive.write("secret.md", published=False)
    async with browsing(archive) as browsed:
        page = await browsed.page("/diagnostics")
        [found] = page.xpath("//section[starts-with(@class, 'found')]")
        assert found.get("class") == "found error"
        assert found.xpath(".//li/code/text()") == ["bad.md:3:1"]
        assert found.xpath("string(h3)").strip()
        assert found.xpath("string(p[last()])").strip()
        numbers = dict(zip(page.xpath("//dt/text()"), page.xpath("//dl//dd"), strict=True))
        told = {name: one.text_content() for name, one in numbers.items()}
        assert told["Stories"] == "1"
        assert told["Hidden"] == "1"
        assert told["Topics, empty ones too"] == "1"
        assert told["Revision"] == "1"
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


async def test_more_than_a_page_has(browsing, archive):
    """Goes on by pages; no file is left out."""
    count = selections.DIAGNOSTICS + 5
    for number in range(count):
        archive.text(f"{number:04}.md", "---\ntitle: [\n---\n")
    async with browsing(archive) as browsed:
        first = await browsed.page("/diagnostics")
        second = await browsed.page(first.xpath("//nav/a[@rel='next']/@href")[0])
        paths = [
            path.split(":")[0]
            for page in (first, second)
            for path in page.xpath("//section//li/code/text()")
        ]
        assert paths == [f"{number:04}.md" for number in range(count)]
        assert len(first.xpath("//section[starts-with(@class, 'found')]")) == 1
        assert f"{count} things to look at" in first.xpath("string(//main)")


async def test_words_in_backticks_are_code(browsing, archive):
    """Messages are text; what they quote stands out, and markup in a file's name is no markup."""
    archive.write("<b>.md", images=[{"url": "/x.jpg"}])
    async with browsing(archive) as browsed:
        page = await browsed.page("/diagnostics")
        assert page.xpath("//section//p/code[.='url']")
        assert "`" not in page.xpath("string(//main//section)")
        assert page.xpath("//section//li/code/text()") == ["<b>.md"]


async def test_nothing_to_tell(client):
    """Says so."""
    text = (await client.get("/diagnostics")).text
    assert "Nothing to look at" in text
