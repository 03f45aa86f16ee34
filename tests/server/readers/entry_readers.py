"""Entries as feed readers read them, with the same fields whatever a reader calls them.

An entry is a dictionary with some of the fields in `FIELDS`. A reader returns its entries by the
paths of feeds. Contents are HTML.
"""

from __future__ import annotations

import calendar
import json
import subprocess
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from html import escape
from types import SimpleNamespace

import feedparser
from lxml import html

from tests.external_programs import require_npm_package, require_tool
from tests.server.live import TIMEOUT_SECONDS
from tests.server.readers.test_newsboat import Newsboat
from tests.server.readers.test_rss2email import Rss2email
from tests.server.readers.test_sfeed import Sfeed

FIELDS = (
    *("id", "title", "link", "published", "updated", "authors", "content", "categories"),
    "enclosure",
)
XML_PATHS = ("/feeds/all.rss", "/feeds/all.atom")
PATHS = (*XML_PATHS, "/feeds/all.json")


def read_with_newsboat(site, folder):
    """Return the articles in newsboat's cache."""
    newsboat = Newsboat(folder, _subscriptions(site))
    newsboat.reload()
    read = {path: [] for path in XML_PATHS}
    columns = "feedurl, guid, title, url, pubDate, author, content, enclosure_url"
    for feed_url, guid, title, url, seconds, author, content, enclosure in newsboat.select(columns):
        read[feed_url.removeprefix(site)].append(
            {
                "id": guid,
                "title": title,
                "link": url,
                "published": datetime.fromtimestamp(seconds, UTC),
                "authors": [author],
                "content": content,
                "enclosure": enclosure,
            }
        )
    return read


def read_with_sfeed(site, folder):
    r"""Return sfeed's lines (sfeed(5)); contents have ``\n``, ``\t`` and ``\\`` as escapes."""
    sfeed = Sfeed(folder, _subscriptions(site))
    sfeed.reload()
    read = {path: [] for path in XML_PATHS}
    for path, line in sfeed.lines():
        seconds, title, link, content, media_type, guid, author, enclosure, categories = line
        content = content.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t")
        content = content.replace("\0", "\\")
        read[path].append(
            {
                "id": guid,
                "title": title,
                "link": link,
                "published": datetime.fromtimestamp(int(seconds), UTC),
                "authors": [author],
                "content": content if media_type == "html" else escape(content),
                "categories": categories.split("|"),
                "enclosure": enclosure,
            }
        )
    return read


def read_with_rss2email(site, folder):
    """Return rss2email's mails. One without an author comes from the feed."""
    rss2email = Rss2email(folder, _subscriptions(site), "html-mail = True")
    rss2email.reload()
    read = {path: [] for path in XML_PATHS}
    for mail in rss2email.new_mails():
        feed, _, author = _decode(parseaddr(mail["From"])[0]).partition(": ")
        text = mail.get_payload(decode=True).decode(mail.get_content_charset())
        document = html.document_fromstring(text)
        [body] = document.xpath("//div[@id='body']")
        enclosures = document.xpath("//p[starts-with(., 'Enclosure')]/a/@href")
        read[mail["X-RSS-Feed"].removeprefix(site)].append(
            {
                "id": _decode(mail["X-RSS-ID"]),
                "title": _decode(mail["Subject"]),
                "link": _decode(mail["X-RSS-URL"]),
                "published": parsedate_to_datetime(mail["Date"]).replace(tzinfo=UTC),
                "authors": [] if author in (feed, "<author>") else [author],
                "content": html.tostring(body, encoding="unicode"),
                "categories": _decode(mail["X-RSS-TAGS"] or "").split(","),
                "enclosure": next(iter(enclosures), None),
            }
        )
    return read


def read_with_feedparser(site, _folder):
    """Return the entries of Python's feedparser."""
    read = {}
    for path in XML_PATHS:
        feed = feedparser.parse(site + path)
        assert not feed.bozo, path
        read[path] = [_from_feedparser(entry) for entry in feed.entries]
    return read


def _from_feedparser(entry):
    text = entry.content[0] if "content" in entry else entry.get("summary_detail", {})
    return {
        "id": entry.id,
        "title": entry.get("title"),
        "link": entry.link,
        "published": _from_struct(entry.published_parsed),
        "updated": _from_struct(dict.get(entry, "updated_parsed")),
        "authors": [author["name"] for author in entry.get("authors", ()) if author],
        "content": _to_html(text.get("value"), text.get("type")),
        "categories": [tag.label or tag.term for tag in entry.get("tags", ())],
        "enclosure": next((link.href for link in entry.enclosures), None),
    }


def read_with_rss_parser(site, _folder):
    """Return the items of npm's rss-parser."""
    return _read_with_node("rss-parser", site, XML_PATHS)


def read_with_feedsmith(site, _folder):
    """Return the entries of npm's feedsmith."""
    return _read_with_node("feedsmith", site, PATHS)


def _read_with_node(package, site, paths):
    folder = require_npm_package(package)
    completed = subprocess.run(
        [require_tool("node"), "read_feeds.mjs", package, site, *paths],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    return json.loads(completed.stdout)


READERS = {
    "newsboat": read_with_newsboat,
    "sfeed": read_with_sfeed,
    "rss2email": read_with_rss2email,
    "feedparser": read_with_feedparser,
    "rss-parser": read_with_rss_parser,
    "feedsmith": read_with_feedsmith,
}
"""By name, functions of a site's URL and a new folder for the reader's files."""


def _subscriptions(site):
    """Return the feeds of a site, as the classes of readers take them."""
    return SimpleNamespace(
        feeds=[site + path for path in XML_PATHS],
        paths=XML_PATHS,
        path=lambda url: url.removeprefix(site),
    )


def _to_html(text, media_type):
    return escape(text) if text and media_type == "text/plain" else text


def _decode(header):
    return str(make_header(decode_header(header)))


def _from_struct(time):
    return time and datetime.fromtimestamp(calendar.timegm(time), UTC)
