"""A site's title and URL are read from the files of its templates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.site_config import SiteConfig
from newsgraph.store.documents.site_data import (
    complete_config,
    name_after_host,
    override_config,
    parse_cname,
    parse_site_data,
)
from newsgraph.store.documents.site_identity import SiteIdentity

TOWN = SiteConfig("Town Paper", "News of the town", "https://town.example.news/", "en-GB")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "_data/metadata.js",
            (
                "export default {\n  title: 'Town Paper', // the name\n  url: `https://town.example.news`,\n"
                "  language: 'en-GB',\n  description: \"News of the town\",\n"
                "  feed: {title: 'Feed', url: 'https://feed.example.news/', description: 'x'},\n};"
            ),
        ),
        (
            "src/site.config.ts",
            (
                "import type { Site } from '@/types';\nexport const site: Site = {\n"
                "\turl: 'https://town.example.news/',\n\ttitle: 'Town Paper',\n\tlang: 'en-GB',\n"
                "\tdescription: 'News of the town', pages: 15 * 60,\n};\n"
                "export const menu: { title: string }[] = [{ title: 'Home' }];"
            ),
        ),
        (
            "src/consts.ts",
            (
                "export const SITE_TITLE = 'Town Paper';\n"
                "export const SITE_DESCRIPTION = 'News of the town';\n"
                "export const SITE_URL = 'https://town.example.news';\nconst lang = 'en-GB'"
            ),
        ),
        (
            "src/config.yaml",
            (
                "site: {name: Town Paper, site: 'https://town.example.news'}\n"
                "metadata: {title: {default: x}, description: News of the town}\nlang: en-GB"
            ),
        ),
        (
            "_data/site.json",
            (
                '{"name": "Town Paper", "tagline": "News of the town", "locale": "en_GB",'
                ' "url": "https://town.example.news/"}'
            ),
        ),
    ],
)
def test_data(path, text):
    """Names of the keys differ; those in lists and in objects in others are of something else."""
    assert parse_site_data(text, path) == TOWN


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        (
            "src/consts.ts",
            (
                "export const SITE: Site = {NAME: 'Town Paper', EMAIL: 'desk@town.example.news'};\n"
                "export const HOME: Metadata = {TITLE: 'Home', DESCRIPTION: 'x'};"
            ),
            "Town Paper",
        ),
        ("src/consts.ts", "export const SiteTitle = 'Town Paper'", "Town Paper"),
        (
            "_data/meta.js",
            "export const author = {name: 'Ann'}; export const siteName = 'Town Paper';",
            "Town Paper",
        ),
        ("_data/meta.js", "export const author = {name: 'Ann'};", None),
        ("_data/meta.js", "export const nav = {home: {title: 'Home'}};", None),
    ],
)
def test_title(path, text, title):
    """The object of the site is the first one with a title; the name of a person is none."""
    config = parse_site_data(text, path)
    assert (config.title, config.description) == (title, None)


ANN = SiteIdentity(author="Ann", author_url="https://ann.news/", email="ann@town.news")


@pytest.mark.parametrize(
    ("path", "text", "identity"),
    [
        (
            "_data/metadata.js",
            (
                "export default {title: 'T', url: env.URL, author: {\n\tname: 'Ann',\n"
                "\temail: 'ann@town.news',\n\turl: 'https://ann.news/'\n}}"
            ),
            ANN,
        ),
        (
            "_data/site.json",
            (
                '{"name": "T", "authorName": "Ann", "authorEmail": "ann@town.news",'
                ' "authorUrl": "https://ann.news/", "faviconPath": "/images/icon.png"}'
            ),
            replace(ANN, icon="/images/icon.png"),
        ),
        (
            "src/config.ts",
            (
                "export const SITE = {website: 'https://town.news/', author: 'Ann',\n"
                "profile: 'https://ann.news/', title: 'T'} as const;\nconst EMAIL = 'ann@town.news'"
            ),
            ANN,
        ),
        (
            "src/consts.ts",
            "export const SITE = {TITLE: 'T', AUTHOR: 'Ann', COPYRIGHT: '&copy; Ann'}",
            SiteIdentity(author="Ann", copyright="© Ann"),
        ),
        (
            "src/config.yaml",
            "site: {name: T}\nmetadata: {author: {name: Ann, github: ann}, logo: {src: l.svg}}",
            SiteIdentity(author="Ann", author_url="https://github.com/ann", logo="l.svg"),
        ),
        (
            "_data/metadata.js",
            (
                "export default {author: {name: 'Your Name Here', url: 'https://example.com/me/',"
                " email: 'me@example.com'}, copyright: `© ${year}`, favicon: 'star'}"
            ),
            SiteIdentity(),
        ),
    ],
)
def test_owner(path, text, identity):
    """Owner and pictures have the keys of configurations; names and URLs of examples are none."""
    assert parse_site_data(text, path).identity == identity


@pytest.mark.parametrize("name", ["LOCALE", "i18n"])
def test_language_in_an_object_of_its_own(name):
    """It counts, wherever the title is."""
    text = f"export const SITE = {{title: 'T'}}; export const {name} = {{lang: 'de'}}"
    assert parse_site_data(text, "src/config.ts").language == "de"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("_data/site.json", "[1"),
        ("_data/site.json", '["title"]'),
        ("_data/site.js", "export default {title: 'A' + b, url: env.URL}"),
        ("_data/site.js", "// title: 'A'\nconst a = [{title: 'A'}]"),
        ("_data/site.js", "title: 'A'\n" + " " * 200_000),
    ],
)
def test_no_data(path, text):
    """What cannot be read, or is computed, says nothing."""
    assert parse_site_data(text, path) == SiteConfig()


@given(st.text("title:='\"`{}[]()/*+\\ \n", max_size=80))
def test_any_program(text):
    """No text raises an exception."""
    parse_site_data(text, "site.js")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Town.example.news\n", "https://town.example.news/"),
        ("town.example.news/x", None),
        ("a.example\nb.example", None),
        ("10.0.0.1", None),
        ("", None),
    ],
)
def test_cname(text, url):
    """It contains one host."""
    assert parse_cname(text) == url


def test_what_lacks():
    """Data completes a configuration; a URL from a template of a generator counts as lacking."""
    config = SiteConfig("Blog", url="https://example.com/", base_path="news")
    assert complete_config(config, TOWN) == SiteConfig(
        "Blog", "News of the town", "https://town.example.news/news/", "en-GB", base_path="news"
    )
    assert complete_config(TOWN, SiteConfig("B", "D", "https://b.example.news/", "de")) == TOWN


def test_what_lacks_of_the_owner():
    """URL and address are those of the author who is named, not of another one."""
    data = SiteConfig(identity=replace(ANN, icon="i.png", logo="l.png"))
    bob = SiteIdentity(author="Bob", logo="b.png")
    completed = complete_config(SiteConfig(identity=bob), data).identity
    assert completed == replace(bob, icon="i.png")
    anonymous = SiteIdentity(email="desk@town.news")
    completed = complete_config(SiteConfig(identity=anonymous), data).identity
    assert completed == replace(data.identity, email="desk@town.news")


def test_override():
    """A configuration for publishing replaces what it states."""
    config = SiteConfig("Blog", time_zone="Europe/Berlin", content_folder="text")
    assert override_config(config, SiteConfig(url="https://town.example.news/")) == SiteConfig(
        "Blog",
        url="https://town.example.news/",
        time_zone="Europe/Berlin",
        content_folder="text",
    )


@pytest.mark.parametrize(
    ("config", "title"),
    [
        (SiteConfig(url="https://www.town.example.news/blog/"), "town.example.news"),
        (SiteConfig("Blog", url="https://town.example.news/"), "Blog"),
        (SiteConfig(url="http://localhost:8080/"), None),
        (SiteConfig(), None),
    ],
)
def test_title_from_host(config, title):
    """A site without a title is called by its host, unless this is no public one."""
    assert name_after_host(config).title == title
