"""A browser reader, which is a page of another origin, reads what documents say.

It gets feeds by `fetch()`, and parses them with `DOMParser` and `JSON.parse`.
"""

from __future__ import annotations

import pytest

from tests.server.live import running_server
from tests.server.readers.entry_readers import PATHS
from tests.server.readers.nasty_entries import DOCUMENTS, check_entries

pytestmark = pytest.mark.process

READ = r"""async ([site, paths]) => {
  const ATOM = "http://www.w3.org/2005/Atom", DC = "http://purl.org/dc/elements/1.1/";
  const CONTENT = "http://purl.org/rss/1.0/modules/content/";
  const toHtml = (text) => text?.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const all = (parent, name, namespace = null) =>
    [...parent.children].filter((e) => e.localName === name && e.namespaceURI === namespace);
  const text = (parent, name, namespace) => all(parent, name, namespace)[0]?.textContent;

  function fromItem(item) {
    return {
      id: text(item, "guid"),
      title: text(item, "title"),
      link: text(item, "link"),
      published: text(item, "pubDate"),
      authors: all(item, "creator", DC).map((e) => e.textContent),
      content: text(item, "encoded", CONTENT) ?? text(item, "description"),
      categories: all(item, "category").map((e) => e.textContent),
      enclosure: all(item, "enclosure")[0]?.getAttribute("url"),
    };
  }

  function fromEntry(entry) {
    const link = (rel) => all(entry, "link", ATOM)
      .find((e) => (e.getAttribute("rel") ?? "alternate") === rel)?.getAttribute("href");
    const html = ({ textContent, attributes }) =>
      attributes.type?.value === "html" ? textContent : toHtml(textContent);
    const [content] = [...all(entry, "content", ATOM), ...all(entry, "summary", ATOM)];
    return {
      id: text(entry, "id", ATOM),
      title: text(entry, "title", ATOM),
      link: link("alternate"),
      published: text(entry, "published", ATOM),
      updated: text(entry, "updated", ATOM),
      authors: all(entry, "author", ATOM).map((e) => text(e, "name", ATOM)),
      content: content && html(content),
      categories: all(entry, "category", ATOM).map((e) => e.getAttribute("label")),
      enclosure: link("enclosure"),
    };
  }

  const fromJson = (item) => ({
    ...item,
    link: item.url,
    published: item.date_published,
    updated: item.date_modified,
    authors: item.authors?.map(({ name }) => name),
    content: item.content_html ?? toHtml(item.content_text),
    categories: item.tags,
    enclosure: item.attachments?.[0].url,
  });

  const read = {};
  for (const path of paths) {
    const body = await (await fetch(site + path)).text();
    if (path.endsWith(".json")) {
      read[path] = JSON.parse(body).items.map(fromJson);
      continue;
    }
    const { documentElement: feed } = new DOMParser().parseFromString(body, "text/xml");
    read[path] = [...feed.getElementsByTagName("item")].map(fromItem);
    read[path].push(...all(feed, "entry", ATOM).map(fromEntry));
  }
  return read;
}"""


def test_page_of_another_origin_reads_what_documents_say(chromium, tmp_path):
    """Every field is as expected in all formats, except for what a format lacks."""
    context = chromium.new_context()
    page = context.new_page()
    with running_server(tmp_path, roots=(DOCUMENTS,)) as (site, _):
        page.goto(f"{site.replace('127.0.0.1', 'localhost')}/healthz")
        read = page.evaluate(READ, [site, list(PATHS)])
    context.close()
    check_entries("browser", read, site)
