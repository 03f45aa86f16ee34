"""What a generator hides is in no response of the server."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_root
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.documents.identity import encode_node_id, quote_path, stable_key
from newsgraph.store.engines import open_database
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.server.site_responses import read_responses
from tests.store.archive import Archive, Clock
from tests.store.dump import fetch_rows
from tests.store_files import empty_store_path

MARK = "xq7"
"""A text that all values of hidden documents contain, and no others."""

FIELDS = """\
title: xq7title
tags: [xq7tag, Shared]
categories: [xq7categories]
topics: [xq7topic]
category: xq7category
authors: [xq7author, {name: xq7name, url: 'https://xq7.example/author'}, ann]
slug: xq7slug
aliases: [/xq7alias]
redirect_from: /xq7from
related: [visible, nothing-xq7, 'https://xq7.example/related']
images: ['https://xq7.example/a.png', xq7.png]
provider: {name: xq7provider, domain: xq7.example}
webUrl: https://xq7.example/story
excerpt: xq7excerpt
translationKey: pair
updated: xq7wrong-date
quality: xq7wrong-type
ampUrl: xq7wrong-url
custom: {xq7key: xq7value}
"""
BODY = "# xq7heading\n\nxq7body [x](https://xq7.example/body) ![x](xq7picture.png)\n"
VISIBLE = """\
---
title: Visible
date: 2024-05-01
tags: Shared
authors: [ann, bob]
related: [twin, twice, 'https://xyz.example/s']
id: same
lang: en
translationKey: pair
---
Text
"""

FOLDERS = {
    "plain": "",
    "jekyll": "_posts/",
    "hugo": "content/",
    "zola": "content/",
    "hexo": "source/_posts/",
    "eleventy": "posts/",
    "astro": "src/content/",
    "docusaurus": "blog/",
    "mkdocs": "docs/",
}
"""The folder with documents of each kind."""

CONFIGURATIONS = {
    "plain": {},
    "jekyll": {
        "_config.yml": "defaults: [{scope: {path: _posts/xq7}, values: {published: false}}]\n"
        "exclude: [_posts/xq7out]\n",
        "_data/authors.yml": "ann: {name: Ann}\nxq7author: {name: xq7data}\n",
    },
    "hugo": {
        "hugo.toml": "[[cascade]]\ndraft = true\n[cascade.target]\npath = '/xq7/**'\n",
        "data/authors.yml": "ann: {name: Ann}\nxq7author: {name: xq7data}\n",
        "content/authors/bob/_index.md": "---\ntitle: xq7bob\ndraft: true\n---\nxq7\n",
    },
    "zola": {
        "config.toml": "base_url = 'https://z.example'\n",
        "content/xq7/_index.md": "+++\ndraft = true\n+++\n",
    },
    "hexo": {"_config.yml": "source_dir: source\n"},
    "eleventy": {
        ".eleventy.js": "",
        "posts/xq7/xq7.json": '{"permalink": false}',
        "_data/authors.json": '{"ann": {"name": "Ann"}, "xq7author": {"name": "xq7data"}}',
    },
    "astro": {"astro.config.mjs": ""},
    "docusaurus": {
        "docusaurus.config.js": "",
        "blog/authors.yml": "ann: {name: Ann}\nxq7author: {name: xq7data}\n",
    },
    "mkdocs": {"mkdocs.yml": "site_name: S\ndraft_docs: xq7/\n"},
}

HIDING = {
    "draft": "draft: true\n",
    "unpublished": "published: false\n",
    "scheduled": "date: 2024-01-02\npublishDate: 2030-01-01\n",
    "expired": "expiryDate: 2024-02-01\n",
}
"""What hides a document in archives of all kinds."""

HIDING_BY_KIND = {
    "jekyll": {"redirect": "redirect_to: /a\n", "future": "date: 2030-01-01\n"},
    "hugo": {
        "headless": "headless: true\n",
        "render": "build: {render: never}\n",
        "list": "build: {list: never}\n",
        "future": "date: 2030-01-01\n",
    },
    "zola": {"render": "render: false\n"},
    "hexo": {"redirect": "redirect: /a\n"},
    "eleventy": {
        "permalink": "permalink: false\n",
        "list": "eleventyExcludeFromCollections: true\n",
    },
    "docusaurus": {"unlisted": "unlisted: true\n"},
    "plain": {"future": "date: 2030-01-01\n"},
}
HIDING_FOLDERS = ("jekyll", "hugo", "zola", "eleventy", "mkdocs")
"""Kinds whose configuration above hides a folder ``xq7``."""


def hidden_document(hiding, fields=FIELDS):
    """Return a document with a secret in each field."""
    return f"---\n{fields}{hiding}---\n{BODY}"


def write_hidden_archive(archive, kind):
    """Write an archive with visible and hidden documents."""
    folder = FOLDERS[kind]
    for path, text in CONFIGURATIONS[kind].items():
        archive.write_file(path, text)
    archive.write_file(f"{folder}2024-05-01-visible.md", VISIBLE)
    archive.write_file(f"{folder}dup/2024-05-01-twice.md", "---\ntitle: Twice\n---\n")
    documents = {}
    hidings = HIDING | HIDING_BY_KIND.get(kind, {})
    for name, hiding in hidings.items():
        documents[f"2024-01-02-xq7{name}.md"] = hidden_document(hiding)
    documents["2024-01-02-xq7same.md"] = hidden_document("draft: true\nid: same\n")
    documents["2024-01-02-xq7twin.md"] = hidden_document("draft: true\nid: twin\nlang: de\n")
    documents["xq7dup/2024-01-02-twice.md"] = hidden_document("draft: true\n")
    documents["2024-01-02-xq7id.md"] = hidden_document("draft: true\nid: xq7id\n")
    documents["2024-01-02-xq7.de.md"] = hidden_document("draft: true\n")
    topic = "name: xq7entry\ndescription: xq7text\naliases: [xq7alias]\n"
    documents["topic.md"] = f"---\ntaxonomy: topic\n{topic}draft: true\n---\n"
    organization = "name: xq7entry\ndomain: xq7.example\n"
    documents["publisher.yaml"] = f"taxonomy: organization\n{organization}published: false\n"
    archive.write_file(f"{folder}_drafts/topic.yaml", "taxonomy: topic\nname: xq7other\n")
    archive.write_file(f"{folder}_drafts/xq7broken.md", "---\ntitle: [xq7\n---\n")
    archive.write_file(f"{folder}_drafts/xq7text.md", "xq7")
    archive.write_file(f"{folder}_xq7left/out.md", hidden_document("draft: true\n"))
    archive.write_file("xq7notes/out.md", hidden_document("draft: true\n"))
    documents["2024-01-02-xq7topic.md"] = hidden_document("draft: true\ntaxonomy: xq7taxonomy\n")
    if kind in HIDING_FOLDERS:
        documents["xq7/2024-01-02-inherited.md"] = hidden_document("")
    for path, text in documents.items():
        archive.write_file(folder + path, text)


def leaks(responses):
    """Return the lines with a secret by the operation or path of the response."""
    return {
        name: [line for line in text.splitlines() if MARK in line.lower()]
        for name, text in responses.items()
        if MARK in text.lower()
    }


@pytest.fixture
async def site(tmp_path):
    """An archive, its store with a clock, and a client of the application."""
    path = tmp_path / "store.db"
    path.write_bytes(empty_store_path().read_bytes())
    clock = Clock()
    store = Store(await open_database(f"sqlite:///{path}"), SITE, clock)
    app = create_app(store, SITE, cache_options=CacheOptions())
    async with create_client(app) as client:
        yield Site(Archive(tmp_path / "in"), store, clock, client, path)
    await store.close()


class Site:
    """An archive that is served."""

    def __init__(self, archive, store, clock, client, path):
        self.archive, self.store, self.clock, self.client, self.path = (
            archive,
            store,
            clock,
            client,
            path,
        )

    async def import_archive(self):
        """Import the archive as the commands do."""
        return await self.store.import_roots([read_root(self.archive.folder)])

    async def ask(self, query, **variables):
        """Return the data of a GraphQL response."""
        response = await self.client.post("/graphql", json={"query": query, "variables": variables})
        return response.json()["data"]


@pytest.mark.parametrize("kind", FOLDERS)
async def test_hidden_documents_are_in_no_response(site, kind):
    """Nothing of their fields and paths is, whatever hides them."""
    write_hidden_archive(site.archive, kind)
    report = await site.import_archive()
    assert read_root(site.archive.folder).collection.kind == kind
    paths = fetch_rows(site.path, "SELECT path FROM document WHERE NOT hidden")
    assert sorted(path.rpartition("/")[2] for (path,) in paths) == [
        "2024-05-01-twice.md",
        "2024-05-01-visible.md",
    ]
    assert report.hidden >= len(HIDING)
    responses = await read_responses(site.client)
    assert any("Visible" in text for text in responses.values())
    assert leaks(responses) == {}


@pytest.mark.parametrize("kind", ["plain", "jekyll"])
async def test_clients_cannot_guess_hidden_documents(site, kind):
    """Ids, slugs, URLs and words of hidden documents lead to what unknown ones lead to."""
    write_hidden_archive(site.archive, kind)
    await site.import_archive()
    keys = fetch_rows(site.path, "SELECT id, identity FROM document WHERE hidden")
    names = [("Article", key) for key, _ in keys]
    names += [("Topic", stable_key("Topic", f"xq7{name}")) for name in ("tag", "topic", "category")]
    names.append(("Provider", stable_key("Provider", "xq7.example")))
    ids = [encode_node_id(entity, key) for entity, key in names]
    data = await site.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert data["nodes"] == [None] * len(ids)
    for slug in [identity for _, identity in keys]:
        query = "query ($slug: String!) { article(slug: $slug) { id } }"
        assert (await site.ask(query, slug=slug))["article"] is None
    for url in (
        "https://xq7.example/story",
        *(f"{SITE}/{path}" for path in ("xq7alias", "xq7from", "xq7slug", "articles/twin")),
    ):
        query = "query ($url: URL!) { article(url: $url) { id } }"
        assert (await site.ask(query, url=url))["article"] is None
    query = """query ($words: String!) {
        search(query: $words) { totalCount facets { topics { count } } edges { snippet } }
        articles(filter: {text: $words}) { totalCount facets { types { count } } }
    }"""
    for word in ("xq*", "xq7title", "xq7tag", "xq7provider", '"xq7body x"', "heading OR xq7tag"):
        data = await site.ask(query, words=word)
        assert data["search"]["totalCount"] == data["articles"]["totalCount"] == 0, word
        assert (data["search"]["facets"]["topics"], data["search"]["edges"]) == ([], [])
    query = """query ($topic: String!, $domain: String!) {
        topic(slug: $topic) { id } provider(domain: $domain) { id }
        articles(filter: {or: [{topics: {any: [$topic]}}, {providers: [$domain]}]}) { totalCount }
    }"""
    data = await site.ask(query, topic="xq7tag", domain="xq7.example")
    assert data == {"topic": None, "provider": None, "articles": {"totalCount": 0}}
    paths = [f"/articles/{quote_path(identity)}" for _, identity in keys]
    paths += ["/topics/xq7tag", "/providers/xq7.example", "/xq7alias", "/xq7from", "/xq7slug"]
    paths += ["/feeds/topics/xq7tag.rss", "/feeds/providers/xq7.example.atom"]
    for path in paths:
        response = await site.client.get(path)
        assert response.status_code == httpx.codes.NOT_FOUND, path
        # The page searches for the words of the path, which are the same.
        other = await site.client.get(path.replace(MARK, "xq8"))
        assert response.text.replace(MARK, "xq8") == other.text


HIDE = {
    "draft": lambda text: text.replace("draft: false", "draft: true"),
    "expired": lambda text: text.replace("2035", "2024"),
    "scheduled": lambda text: text.replace("date: 2024-06-01", "date: 2034-06-01"),
    "gone": lambda _text: None,
    "time": lambda text: text,
}
"""How a document is hidden that was visible; by time, it expires without an import."""


@pytest.mark.parametrize("way", HIDE)
async def test_documents_that_become_hidden(site, way):
    """Only tombstones with their ids remain; feeds, deltas and cached responses have nothing."""
    site.archive.write_file("newsgraph.toml", 'id = "x"\nurl = "https://x.example"\n')
    for number in range(12):
        site.archive.write_article(f"other{number}.md", topics=["Shared"], date="2024-01-01")
    site.archive.write_file("visible.md", VISIBLE)
    text = hidden_document(
        "draft: false\nid: twin\nlang: de\nexpiryDate: 2035-01-01\ndate: 2024-06-01\n"
    )
    site.archive.write_file("xq7.md", text)
    await site.import_archive()
    before = await read_responses(site.client)
    assert {"/", "/articles", "/feeds/all.rss"} <= leaks(before).keys()
    data = await site.ask('{ article(slug: "twin") { id } changes { token } }')
    node_id, token = data["article"]["id"], data["changes"]["token"]
    feeds = [path for path in before if path.startswith("/feeds") and "xq7" not in path]
    etags = {path: (await site.client.get(path)).headers.get("etag") for path in feeds}
    site.clock.forward(days=366 * 11 if way == "time" else 1)
    hidden = HIDE[way](text)
    if way == "time":
        assert await site.store.publish_due() == 1
    elif hidden is None:
        site.archive.remove("xq7.md")
        await site.import_archive()
    else:
        site.archive.write_file("xq7.md", hidden)
        assert (await site.import_archive()).hidden == 1
    assert leaks(await read_responses(site.client)) == {}
    for path in [path for path in before if "xq7" in path]:
        response = await site.client.get(path)
        assert response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.OK), path
        assert "xq7title" not in response.text, path
    for path, etag in etags.items():
        headers = {"A-IM": "feed", "If-None-Match": etag or ""}
        response = await site.client.get(path, headers=headers)
        assert MARK not in response.text
    query = """query ($token: String!) {
        changes(since: $token) { changes { nodeId removed node { id } } }
    }"""
    changes = (await site.ask(query, token=token))["changes"]["changes"]
    assert {"nodeId": node_id, "removed": True, "node": None} in changes
    assert MARK not in str(changes)
