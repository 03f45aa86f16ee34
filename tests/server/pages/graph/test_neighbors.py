"""The neighbors of an article."""

from __future__ import annotations

from newsgraph.server.pages.graph.neighbors import find_neighbors
from tests.server.pages.graph_data import (
    article,
    connection,
    link,
    link_of_neighbor,
    linking_article,
)


def neighbors_of(article_data):
    """Return the neighbors of an article in their original order."""
    return list(find_neighbors(article_data).values())


def test_a_mutual_link_is_one_neighbor():
    """A story that links to the article and is linked from it occurs once."""
    neighbors = neighbors_of(
        article(
            related=[link("https://own.example/b", "b"), link("https://x.example/")],
            linkingArticles=connection([linking_article("b"), linking_article("c")]),
        )
    )
    links = {
        (neighbor.title, neighbor.is_link_target, neighbor.is_link_source) for neighbor in neighbors
    }
    assert links == {
        ("b", True, True),
        ("https://x.example/", True, False),
        ("c", False, True),
    }
    relations = [neighbor.relation for neighbor in neighbors if neighbor.slug == "b"]
    assert relations == ["links here and is linked from here"]


def test_links_with_the_same_canonical_url_are_one_neighbor():
    """The title is that of the first link."""
    article_data = article(
        related=[
            link("https://www.x.example/a", title="First"),
            link("http://x.example/a/?utm_source=y", title="Second"),
        ]
    )
    assert [neighbor.title for neighbor in neighbors_of(article_data)] == ["First"]


def test_an_article_is_not_its_own_neighbor():
    """Links to itself are recognized by slug and by URL."""
    linking = linking_article("this", link_of_neighbor("this", None))
    article_data = article(
        related=[link(None, "this"), link("http://www.own.example/this")],
        linkingArticles=connection([linking]),
    )
    assert neighbors_of(article_data) == []


def test_unsafe_urls_are_dropped():
    """A neighbor with an unsafe URL remains, without URL and image."""
    related = [link("javascript:alert(1)", images=[{"url": "data:,x"}])]
    neighbors = neighbors_of(article(related=related))
    assert [(neighbor.url, neighbor.image_url) for neighbor in neighbors] == [(None, None)]


def test_links_inherit_fields_of_the_linked_article():
    """A link often has only a title and a URL; the archive has the rest."""
    linked = linking_article("b", quality=5, images=[{"url": "https://i.example/"}])
    related = [link("https://x.example/", title="Title of the link", article=linked)]
    (neighbor,) = neighbors_of(article(related=related))
    assert (neighbor.title, neighbor.quality, neighbor.image_url) == (
        *("Title of the link", 5, "https://i.example/"),
    )


def test_a_url_as_title_is_replaced_by_the_article_s_title():
    """It remains if the story is not in the archive."""
    related = [link("https://x.example/", article=linking_article("b")), link("https://y.example/")]
    titles = [neighbor.title for neighbor in neighbors_of(article(related=related))]
    assert titles == ["b", "https://y.example/"]


def test_a_neighbor_without_a_title_has_the_start_of_its_text():
    """It is that of the article; an article that only links here has it, too."""
    article_data = article(
        related=[
            link("https://x.example/", article=linking_article("b", title="", excerpt="Fog.")),
            link("https://y.example/", title="", excerpt="Rain."),
        ],
        linkingArticles=connection([linking_article("c", title="", excerpt="Snow.")]),
    )
    titles = [neighbor.title for neighbor in neighbors_of(article_data)]
    assert titles == ["Fog.", "Rain.", "Snow."]
