"""The pages in a real browser: walked as a reader would, on any screen, by mouse and by keys."""

from __future__ import annotations

import re
from itertools import pairwise

import feedparser
import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import until
from tests.server.live import serving
from tests.server.pages.kinds import PAGES, STORY
from tests.store.archive import Archive

pytestmark = pytest.mark.process

PHONE = {"viewport": {"width": 360, "height": 740}}
NOT_FOUND = r"status of 404 .*nothing-here"


LONG = "0123456789_" * 20
TITLE = "Wissenschaftsnachrichtenarchivverwaltungsgesellschaft"
TOPIC = "What the members of the union have to say of machines that learn"

OWN_MARKUP = f"""
<img src="/no-text.png"> <a href="/b"><img src="/linked.png"></a>

```
{LONG}
```

| a table | that | is wide |
|---|---|---|
| {LONG} | {LONG} | x |
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The address of a server of stories that were written to be difficult to show."""
    folder = tmp_path_factory.mktemp("written")
    archive = Archive(folder / "in")
    archive.text("newsgraph.toml", f'id = "written"\ntitle = "{TITLE}"\n')
    for name, size in PICTURES.items():
        picture = {"url": "https://x.example/a.png", **size}
        archive.write(f"{name}.md", body="Text. " * 99, images=[picture])
    archive.write("long.md", topics=[TOPIC, LONG])
    archive.write("escaped.md", topics=["人工知能機械学習"])
    archive.write("marked-up.md", body=OWN_MARKUP)
    linked = "[![A cat](https://elsewhere.example/cat.png)](https://b.example/)"
    archive.write("linked.md", body=linked)
    with serving(folder, roots=(archive.folder,)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def right_to_left(tmp_path_factory):
    """The address of a server of stories that are read from right to left."""
    folder = tmp_path_factory.mktemp("right")
    archive = Archive(folder / "in")
    archive.text("newsgraph.toml", 'id = "right"\ntitle = "أرشيف الأخبار!"\n')
    archive.write("question.md", title="ما هو الذكاء الاصطناعي؟", category="Opinion")
    archive.write("english.md", title="In English", author="محمد", publishedDateTime="2024-01-01")
    archive.write(
        "news.md", title="خبر", author="John", publishedDateTime="2024-02-03", topics=["أخبار AI"]
    )
    archive.write(
        "pictured.md", title="خبر " * 40, excerpt="خبر " * 99, images=["https://x.example/a.png"]
    )
    with serving(folder, roots=(archive.folder,)) as (address, _):
        yield address


SHIFTED = """async () => {
  for (const picture of document.images) picture.loading = "eager";
  await Promise.all([...document.images].map((one) => one.decode().catch(() => {})));
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  return new Promise((done) => {
    let sum = 0;
    const end = performance.now();
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) {
        if (shift.startTime >= end) done(sum);
        else sum += shift.value;
      }
    }).observe({type: "layout-shift", buffered: true});
    // This shift ends the count: it is told after all that came before it.
    document.body.prepend(Object.assign(document.createElement("p"), {textContent: "The end."}));
  });
}"""
"""The sum of the page's layout shifts: https://web.dev/articles/cls."""


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_every_page(browse, site, accessible, path):
    """In light and in dark, on a desktop and on a phone: nothing is serious for axe-core.

    Neither buttons that only scripts bring nor pictures that come late shift what is read, and
    on a phone nothing sticks out.
    """
    page = browse(f"{site}/healthz", pictures=True, expected=(NOT_FOUND,))
    for screen in (page.viewport_size, PHONE["viewport"]):
        page.set_viewport_size(screen)
        page.goto(site + path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert page.evaluate(SHIFTED) == 0


PICTURES = {
    "unsized": {},
    "sized": {"width": 1200, "height": 630},
    "wrongly-sized": {"width": 300, "height": 300},
}


def test_a_picture_that_comes_late_moves_nothing(browse, written):
    """It has its place before, also where nobody says how large it is, or says it wrongly."""
    page = browse(f"{written}/healthz", pictures=True, **PHONE)
    held = []
    page.context.route("https://x.example/**", lambda route: held.append(route))
    picture = page.locator(".main img")
    for name in PICTURES:
        page.goto(f"{written}/articles/{name}", wait_until="domcontentloaded")
        until(lambda: held, page)
        place = picture.bounding_box()
        assert place["height"] > 100, name
        held.pop().fallback()
        assert page.evaluate(SHIFTED) == 0, name
        assert picture.evaluate("picture => picture.naturalWidth") > 0
        size = picture.bounding_box()
        assert (size["width"], size["height"]) == (place["width"], place["height"]), name


def test_where_there_are_no_pictures(browse, tmp_path, accessible):
    """What stands in their place can be read."""
    with serving(tmp_path, pictures=False) as (site, _):
        page = browse(f"{site}/articles/{STORY}")
        expect(page.locator("figure .tile").first).to_be_visible()
        expect(page.locator("img")).to_have_count(0)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            accessible(page)


def test_long_names_stick_out_nowhere(browse, written):
    """Neither a title of one long word, nor a topic beside its feeds, whose names stay whole."""
    page = browse(f"{written}/articles/long")
    for width in (320, 520, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        feeds = page.locator(".offers li").all()
        assert feeds
        for feed in feeds:
            assert feed.bounding_box()["height"] < 40


SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""Sets text as WCAG 2.2, section 1.4.12, lets everybody do."""

COVERED = """card => {
  const [by, title, when] = card.children;
  const box = (one) => one.getBoundingClientRect();
  return box(by).bottom > box(title).top + 1 || box(title).bottom > box(when).top + 1
    || box(when).bottom > box(card).bottom;
}"""


LINES = """card => {
  const title = card.querySelector("a, strong");
  return title.clientHeight / parseFloat(getComputedStyle(title).lineHeight);
}"""


def test_cards_can_be_read_with_more_space_between_letters_and_lines(browse, site):
    """Nothing in them covers anything else, nor is it cut off; titles have whole lines."""
    page = browse(f"{site}/articles/{STORY}", pictures=True)
    page.evaluate(SPACED)
    cards = page.locator("figure .card")
    assert cards.count() == 9
    for screen in ({"width": 320, "height": 740}, page.viewport_size):
        page.set_viewport_size(screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert cards.evaluate_all(f"cards => cards.map({COVERED})") == [False] * 9
        for lines in cards.evaluate_all(f"cards => cards.map({LINES})"):
            assert lines == pytest.approx(round(lines), abs=0.05)


def test_a_story_from_right_to_left(browse, right_to_left):
    """What kind it is, said in another writing, does not turn it; dots are between its authors."""
    page = browse(f"{right_to_left}/articles/question")
    story = page.locator("article")
    assert story.evaluate("story => getComputedStyle(story).direction") == "rtl"
    page.goto(f"{right_to_left}/articles/english")
    assert story.evaluate("story => getComputedStyle(story).direction") == "ltr"
    for part in page.locator(".parts > span").all():
        assert part.evaluate("part => getComputedStyle(part).direction") == "ltr"


FIRST_AND_LAST = """element => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  const at = (index) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + 1);
    return range.getBoundingClientRect().x;
  };
  return [at(0), at(text.length - 1)];
}"""
"""Where the first letter of a text is on the screen, and where the last."""


def test_each_text_runs_its_own_way(browse, right_to_left):
    """A date is read as a date in a story from right to left, and names as such in our pages."""
    page = browse(f"{right_to_left}/articles/news", pictures=True)
    names = ["main .names a", ".offers bdi", ".top .name"]
    for found in ("article time", *names):
        first, last = page.locator(found).first.evaluate(FIRST_AND_LAST)
        assert (first < last) == (found not in names), found
    # From right to left, each part as a whole.
    parts = [part.bounding_box() for part in page.locator(".parts > span").all()]
    assert len(parts) == 3
    for part, after in pairwise(parts):
        assert after["x"] + after["width"] <= part["x"] + 1
    for path in ("/", "/topics", page.locator("main .names a").get_attribute("href")):
        page.goto(right_to_left + path)
        for found in ("h1 bdi", ".names a", ".feeds a"):
            for one in page.locator(found).all()[:1]:
                first, last = one.evaluate(FIRST_AND_LAST)
                assert first > last, (path, found)
        first, last = page.locator("main time, footer time").first.evaluate(FIRST_AND_LAST)
        assert first < last


WORDS = """around => {
  const picture = around.querySelector("img").getBoundingClientRect();
  const range = document.createRange();
  range.selectNodeContents(around.querySelector("h3, .lead"));
  return Math.min(...[...range.getClientRects()]
    .filter((line) => line.top < picture.bottom && line.bottom > picture.top)
    .map((line) => line.left));
}"""
"""How far left the lines of words beside a picture begin."""


def test_words_from_right_to_left_keep_their_distance_from_pictures(browse, right_to_left):
    """The picture is on the left then, up to the edge, and the space is on its right."""
    page = browse(f"{right_to_left}/healthz", pictures=True)
    for path, around in (("/articles", "ol.articles li"), ("/articles/pictured", "article")):
        page.goto(right_to_left + path)
        found = page.locator(around).filter(has=page.locator("img"))
        edge = found.bounding_box()["x"]
        picture = found.locator("img").bounding_box()
        assert picture["x"] == pytest.approx(edge, abs=1)
        assert found.evaluate(WORDS) >= picture["x"] + picture["width"] + 10


def test_stories_may_be_marked_up_by_hand(browse, written, accessible):
    """With pictures that nobody described, and with what is too wide for a page."""
    page = browse(f"{written}/articles/marked-up", expected=("404",))
    # It does not come.
    expect(page.get_by_text("Picture", exact=True)).to_be_visible()
    accessible(page)
    page.set_viewport_size(PHONE["viewport"])
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for wide in (page.locator("pre"), page.locator("table")):
        wide.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("wide => wide.scrollLeft > 0", arg=wide.element_handle())


def test_a_link_that_is_a_picture_says_what_it_shows(browse, written):
    """Once: as the picture, or in its place where pictures are hidden."""
    page = browse(f"{written}/articles/linked", pictures=True)
    link = page.locator('a[href="https://b.example/"]')
    for shown in (True, False, True):
        expect(link.get_by_role("img")).to_be_visible(visible=shown)
        expect(link.get_by_text("A cat")).to_be_visible(visible=not shown)
        expect(link).to_have_accessible_name("A cat")
        page.get_by_role("button", name="Hide" if shown else "Show").click()


def test_somebody_reads_and_subscribes(browse, site):
    """From the home page to a topic, whose feed is copied, to a story, and on to another."""
    page = browse(f"{site}/", pictures=True, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("region", name="Topics").get_by_role("link", name="AI", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AI")
    page.get_by_role("button", name="Copy the address of the RSS feed of AI").click()
    expect(page.get_by_role("status")).to_have_text("Copied: give it to your feed reader.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{site}/feeds/topics/ai.rss"
    titles = page.locator("ol.articles h3").all_inner_texts()
    read = feedparser.parse(httpx.get(copied, trust_env=False).content)
    assert [entry.title for entry in read.entries] == titles
    page.get_by_role("link", name="Facebook will train its AI by using public videos").click()
    expect(page).to_have_url(f"{site}/articles/{STORY}")
    page.get_by_role("figure").get_by_role("link", name="Facebook’s computer vision").click()
    expect(page).to_have_url(re.compile(f"{site}/articles/2021-03-13-facebooks-computer-vision"))
    expect(
        page.get_by_role("figure").get_by_role("link", name="Facebook will train")
    ).to_be_visible()


def test_where_there_is_no_clipboard(browse, site):
    """The old way of copying is tried, and what was not copied is shown."""
    page = browse(f"{site}/topics/ai", pictures=True)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy the address of the Atom feed of AI").click()
    expect(page.get_by_role("status")).to_have_text(f"{site}/feeds/topics/ai.atom")
    page.evaluate("document.execCommand = (what) => what === 'copy'")
    page.get_by_role("button", name="Copy the address of the Atom feed of AI").click()
    expect(page.get_by_role("status")).to_have_text("Copied: give it to your feed reader.")


def test_an_address_that_was_not_copied_sticks_out_nowhere(browse, written):
    """Escaped it has no place to be broken at."""
    screen = {"viewport": {"width": 320, "height": 740}}
    page = browse(f"{written}/topics/人工知能機械学習", **screen)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy the address of the RSS feed").click()
    expect(page.get_by_role("status")).to_contain_text("%E4%BA%BA")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_somebody_searches(browse, site):
    """From any page, narrower and wider again."""
    page = browse(f"{site}/topics", pictures=True)
    page.get_by_role("searchbox").fill("facebook")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("ol.articles > li")).to_have_count(4)
    page.get_by_role("navigation", name="Publishers").get_by_role("link", name="CNET").click()
    expect(page.locator("ol.articles > li")).to_have_count(1)
    expect(page.locator("ol.articles mark").first).to_have_text(
        re.compile("facebook", re.IGNORECASE)
    )
    page.get_by_role("link", name="Without the condition cnet.com").click()
    expect(page.locator("ol.articles > li")).to_have_count(4)


def test_by_keys_alone(browse, site):
    """The first one goes past what is the same on every page; what has the focus is seen."""
    page = browse(f"{site}/topics/ai", pictures=True)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    feed = page.locator("main .subscribe a").first
    expect(feed).to_be_focused()
    assert feed.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


HIT = """link => {
  const card = link.closest("li");
  card.scrollIntoView({block: "center"});
  const box = card.getBoundingClientRect();
  return [[.5, .5], [.95, .1], [.05, .9], [.95, .9]].map(([x, y]) => document
    .elementFromPoint(box.x + box.width * x, box.y + box.height * y)
    ?.closest("a")?.href);
}"""
"""Where clicks near the corners of a card and in its middle lead to."""


def test_every_card_of_a_story_leads_on(browse, site):
    """Wherever it is clicked, its picture too: to our page, or to where the story appeared."""
    page = browse(f"{site}/articles/{STORY}", pictures=True)
    links = page.locator("figure a")
    for screen in (page.viewport_size, PHONE["viewport"]):
        page.set_viewport_size(screen)
        addresses = links.evaluate_all("links => links.map(one => one.href)")
        assert len(addresses) == 8
        assert sum(address.startswith(f"{site}/articles/") for address in addresses) == 3
        hits = links.evaluate_all(f"links => links.map({HIT})")
        assert hits == [[address] * 4 for address in addresses]


def test_without_scripts_all_is_there(browse, tmp_path):
    """Paging and searching are links and forms; nothing is offered that would not work."""
    archive = Archive(tmp_path / "in")
    archive.text("newsgraph.toml", 'id = "many"\n')
    for number in range(70):
        archive.write(f"{number:02}.md", publishedDateTime=f"2024-01-01T00:{number % 60:02}:00Z")
    with serving(tmp_path, roots=(archive.folder,)) as (site, _):
        page = browse(f"{site}/articles", java_script_enabled=False)
        seen = page.locator("ol.articles h3").all_inner_texts()
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)
        expect(page.get_by_role("button", name="Hide pictures")).to_have_count(0)
        while (older := page.get_by_role("link", name="Older")).count():
            older.click()
            seen += page.locator("ol.articles h3").all_inner_texts()
        assert sorted(seen) == [f"{number:02}.md" for number in range(70)]
        page.get_by_role("searchbox").fill("07.md")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("ol.articles h3")).to_have_text("07.md")


def test_who_hides_pictures_asks_nobody_for_them(browse, site):
    """From then on, on all pages; and sees them again on demand."""
    page = browse(f"{site}/", pictures=True)
    pictures = page.locator("ol.articles img")
    expect(pictures.first).to_be_visible()
    page.get_by_role("button", name="Hide pictures").click()
    expect(pictures.first).to_be_hidden()
    # Going to the button, at the page's end, brought more pictures into sight: that is over now.
    page.goto(f"{site}/healthz")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/topics/ai", f"/articles/{STORY}"):
        page.goto(site + path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith(site)] == []
    with page.expect_request(lambda request: not request.url.startswith(site)):
        page.get_by_role("button", name="Show pictures").click()
    expect(page.locator("main img").first).to_be_visible()


def test_hiding_pictures_holds_for_pages_that_are_open(browse, site):
    """In another tab at once, and for a page that the browser kept to come back to."""
    page = browse(f"{site}/topics/ai", pictures=True)
    pictures = page.locator("ol.articles img")
    expect(pictures.first).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{site}/")
    other.get_by_role("button", name="Hide pictures").click()
    expect(pictures.first).to_be_hidden()
    expect(page.get_by_role("button", name="Show pictures")).to_have_count(1)
    # A page that is kept is told nothing. The browser of these tests keeps none.
    page.evaluate("localStorage.clear()")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(pictures.first).to_be_visible()


def test_on_paper(browse, site):
    """A story and its picture are printed, with its colours; what is to be clicked is not."""
    page = browse(f"{site}/articles/{STORY}", pictures=True)
    clicked = ("Subscribe", "Everything", "Read it at", "All feeds", "GraphQL")
    for words in clicked:
        expect(page.get_by_text(words).first).to_be_visible()
    page.emulate_media(media="print")
    for words in clicked:
        for found in page.get_by_text(words, exact=words != "Read it at").all():
            expect(found).to_be_hidden()
    for words in ("The social network says", "This story", "4 stories, imported"):
        expect(page.get_by_text(words).first).to_be_visible()
    card = page.locator(".card.here")
    assert card.evaluate("card => getComputedStyle(card).printColorAdjust") == "exact"


def test_pictures_that_do_not_come_leave_no_sign(browse, site):
    """A publisher's server may be gone: there is no broken picture, and all else is there."""
    page = browse(f"{site}/healthz", pictures=True, expected=("net::ERR_FAILED",))
    page.context.route(re.compile(r"\.(jpg|jpeg|png|webp)"), lambda route: route.abort())
    for path in ("/topics/ai", f"/articles/{STORY}"):
        page.goto(site + path)
        assert page.locator("main img").count() >= 4
        page.evaluate("for (const picture of document.images) picture.loading = 'eager'")
        expect(page.locator("main img:visible")).to_have_count(0)


def test_the_home_page_is_light(browse, site):
    """As a browser sees it: under 60 kB and 10 requests without pictures."""
    page = browse(f"{site}/healthz", pictures=True)
    bodies = {}

    def came(response):
        if response.url.startswith(site):
            bodies[response.url] = response.body()

    page.on("response", came)
    page.goto(f"{site}/", wait_until="networkidle")
    assert 3 <= len(bodies) < 10
    assert sum(map(len, bodies.values())) < 60_000


def test_browsers_find_the_feeds_of_a_page(browse, site):
    """The link elements, as extensions and readers in the browser look for them."""
    page = browse(f"{site}/topics/ai", pictures=True)
    found = page.eval_on_selector_all(
        "link[rel~=alternate][type]", "links => links.map(one => [one.type, one.href, one.title])"
    )
    assert found[:3] == [
        ["application/rss+xml", f"{site}/feeds/topics/ai.rss", "AI (RSS)"],
        ["application/atom+xml", f"{site}/feeds/topics/ai.atom", "AI (Atom)"],
        ["application/feed+json", f"{site}/feeds/topics/ai.json", "AI (JSON)"],
    ]
    for kind, address, _title in found:
        response = httpx.get(address, trust_env=False)
        assert response.headers["content-type"].partition(";")[0] == kind
