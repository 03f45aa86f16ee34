"""Metadata of feeds."""

from __future__ import annotations

import pytest

from newsgraph.feeds import PagingLinks
from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.feeds.metadata import FeedDefaults, build_metadata, describe_feed
from newsgraph.server.urls import SiteUrls
from newsgraph.store.documents.collection_settings import Collection

AI = ArticleQuery(topics=("ai",))


def metadata_of(query, collection, result, suffix="rss", base_url="https://news.example"):
    """Build the metadata of a query's feed without entries."""
    defaults = FeedDefaults(SiteUrls(base_url))
    description = describe_feed(query, result, collection)
    relative_url = query.relative_url(suffix)
    return build_metadata(defaults, collection, description, relative_url, [], PagingLinks())


def test_collection_without_title_and_description():
    """The feed has default ones, as its formats require them."""
    metadata = metadata_of(ArticleQuery(), Collection(), {})
    assert (metadata.title, metadata.author) == ("newsgraph", "newsgraph")
    assert metadata.description
    assert metadata.updated is None
    assert metadata.home_url == "https://news.example/"


@pytest.mark.parametrize(
    ("query", "owner_description", "description"),
    [
        (AI, None, "Articles on AI, from Seeds"),
        (ArticleQuery(providers=("ai",)), None, "Articles from AI, from Seeds"),
        (AI, "Machines that learn", "Machines that learn"),
    ],
)
def test_description_of_a_topic_or_provider(query, owner_description, description):
    """The topic's or provider's own description takes precedence over a generated one."""
    owner = {"name": "AI", "description": owner_description}
    metadata = metadata_of(query, Collection(title="Seeds"), owner)
    assert metadata.title == "AI — Seeds"
    assert metadata.description == description


def test_title_of_a_combined_query_has_all_names():
    """It describes all conditions."""
    owners = {
        ("topics", "ai"): "AI",
        ("topics", "law"): "Law",
        ("topics", "tax"): "Taxes",
        ("providers", "cnet.com"): "CNET",
    }
    query = ArticleQuery(("ai", "law"), True, ("cnet.com",), "big models", 70, ("tax",))
    metadata = metadata_of(query, Collection(title="Seeds"), {"owners": owners})
    assert metadata.title == (
        "on AI and Law, from CNET, with “big models”, rated 70 or more, but not on Taxes — Seeds"
    )
    any_topic = metadata_of(ArticleQuery(("ai", "law")), Collection(), {"owners": owners})
    assert any_topic.title == "on AI or Law — newsgraph"


def test_owner_and_pictures_of_the_site():
    """They are settings of the collection, and the author is its title by default."""
    settings = {
        "author": "Ann",
        "author_url": "https://ann.example/",
        "email": "ann@news.example",
        "copyright": "© Ann",
        "icon": "https://news.example/icon.png",
        "logo": "https://news.example/logo.png",
    }
    metadata = metadata_of(ArticleQuery(), Collection(title="Seeds", **settings), {})
    assert (metadata.author, metadata.author_url) == ("Ann", "https://ann.example/")
    assert (metadata.email, metadata.copyright) == ("ann@news.example", "© Ann")
    assert (metadata.icon_url, metadata.logo_url) == (settings["icon"], settings["logo"])
    assert metadata_of(ArticleQuery(), Collection(title="Seeds"), {}).author == "Seeds"


def test_picture_of_a_provider():
    """The feed of a provider has its widest picture, if that has an absolute URL."""
    site = Collection(icon="https://news.example/icon.png")
    images = [
        {"url": "https://cnet.com/50.png", "width": 50},
        {"url": "https://cnet.com/400.png", "width": 400},
        {"url": "/800.png", "width": 800},
        {"url": "https://cnet.com/x.png", "width": None},
    ]
    query, owner = ArticleQuery(providers=("cnet.com",)), {"name": "CNET", "description": None}
    metadata = metadata_of(query, site, owner | {"images": images})
    assert {metadata.icon_url, metadata.logo_url} == {"https://cnet.com/400.png"}
    assert metadata_of(query, site, owner | {"images": images[2:3]}).icon_url == site.icon


def test_feed_ids():
    """Each query of each collection has its own id, the same in all formats and on every host."""

    def id_of(collection, query=AI, suffix="rss", base_url="https://one.example"):
        if query.owner:
            result = {"name": "AI", "description": None}
        else:
            result = {"owners": {("topics", "ai"): "AI"}}
        return metadata_of(query, collection, result, suffix, base_url).id

    seeds = Collection(id="seeds")
    same_ids = [id_of(seeds, suffix="atom"), id_of(seeds, base_url="https://two.example")]
    assert same_ids == [id_of(seeds)] * 2
    other_ids = [
        id_of(seeds, ArticleQuery(topics=("law",))),
        id_of(seeds, ArticleQuery(topics=("ai",), min_quality=70)),
        id_of(Collection(id="else")),
        id_of(Collection(url="https://a.example")),
        id_of(Collection()),
        id_of(Collection(), base_url="https://two.example"),
    ]
    assert len({id_of(seeds), *other_ids}) == 7
