"""The nodes and links of an article's graph."""

from __future__ import annotations

import pytest
from hypothesis import given

from newsgraph.server.pages.graph.select import (
    COLOR_COUNT,
    MAX_CROSS_LINKS,
    MAX_NEIGHBORS,
    MAX_NEIGHBORS_PER_SIDE,
    Link,
    assign_colors,
    build_story_graph,
)
from tests.server.pages.graph_data import (
    ARTICLES,
    article,
    connection,
    link,
    link_of_neighbor,
    linking_article,
)


def at(time):
    """Return the field for a time of 12 March 2021."""
    return {"publishedAt": f"2021-03-12T{time}:00Z"}


@given(ARTICLES)
def test_every_story_is_one_node(article_data):
    """No story occurs twice, the article is not its own neighbor, and the limits hold."""
    graph = build_story_graph(article_data)
    stories = [*graph.neighbors, *graph.other_linked_stories]
    slugs = [story.slug for story in stories if story.slug is not None]
    assert len(slugs) == len(set(slugs))
    assert article_data["slug"] not in slugs
    assert all(story.is_link_target or story.is_link_source for story in stories)
    assert len(graph.neighbors) <= MAX_NEIGHBORS
    assert max(len(graph.earlier), len(graph.later)) <= MAX_NEIGHBORS_PER_SIDE
    expected = {
        related["article"]["slug"]
        for related in article_data["related"]
        if related["article"] is not None
    } | {edge["node"]["slug"] for edge in article_data["linkingArticles"]["edges"]}
    if len(graph.neighbors) < min(MAX_NEIGHBORS, MAX_NEIGHBORS_PER_SIDE):
        assert set(slugs) == expected - {article_data["slug"]}


@given(ARTICLES)
def test_sides_are_in_chronological_order(article_data):
    """Without a time of the article, the sides depend on the direction of the links."""
    graph = build_story_graph(article_data)
    for side in (graph.earlier, graph.later):
        times = [neighbor.published_at for neighbor in side]
        known_times = [time for time in times if time is not None]
        assert times == sorted(known_times) + [None] * (len(times) - len(known_times))
    if graph.published_at is None:
        assert all(neighbor.is_link_target for neighbor in graph.earlier)
        assert not any(neighbor.is_link_target for neighbor in graph.later)
    else:
        assert all(neighbor.published_at < graph.published_at for neighbor in graph.earlier)
        assert all(
            neighbor.published_at is None or neighbor.published_at >= graph.published_at
            for neighbor in graph.later
        )


@given(ARTICLES)
def test_links_connect_nodes_of_the_graph(article_data):
    """Each neighbor has one link with the article, and two neighbors have at most one link."""
    graph = build_story_graph(article_data)
    numbers = range(1, len(graph.neighbors) + 1)
    assert [max(graph_link.nodes) for graph_link in graph.links] == list(numbers)
    for graph_link, neighbor in zip(graph.links, graph.neighbors, strict=True):
        assert min(graph_link.nodes) == 0
        assert graph_link.is_mutual == (neighbor.is_link_target and neighbor.is_link_source)
        assert graph_link.is_mutual or (graph_link.source == 0) == neighbor.is_link_target
    pairs = {frozenset(graph_link.nodes) for graph_link in graph.cross_links}
    assert len(pairs) == len(graph.cross_links) <= MAX_CROSS_LINKS
    assert all(graph_link.source != graph_link.target for graph_link in graph.cross_links)
    assert all(set(graph_link.nodes) <= set(numbers) for graph_link in graph.cross_links)


def test_mutual_links_are_found_in_linked_articles():
    """A linked article that links back may not be among the best linking articles."""
    linked = {"slug": "b", "related": [link_of_neighbor("this", None)]}
    article_data = article(related=[link(None, "b")], linkedArticles=[{"article": linked}])
    assert build_story_graph(article_data).links == (Link(0, 1, is_mutual=True),)


def test_selection_of_neighbors():
    """Mutual links come first, then articles of the archive, then the others by quality."""
    external = [
        link(f"https://x.example/{number}", quality=number, **at("13:00")) for number in range(9)
    ]
    article_data = article(
        related=[
            *external,
            link(None, "own", quality=1, **at("14:00")),
            link(None, "both", **at("15:00")),
        ],
        linkingArticles=connection([linking_article("both")]),
    )
    graph = build_story_graph(article_data)
    assert [neighbor.title for neighbor in graph.later] == [
        *(f"https://x.example/{number}" for number in range(4, 9)),
        "own",
        "both",
    ]
    assert [neighbor.quality for neighbor in graph.other_linked_stories] == [0, 1, 2, 3]


def test_links_among_neighbors():
    """Links of linked and linking articles are merged; those to other stories are left out."""
    links_of_a = [
        link_of_neighbor("c", None),
        link_of_neighbor(None, "https://x.example/"),
        link_of_neighbor("far", None),
    ]
    links_of_c = [link_of_neighbor("a", None), link_of_neighbor("c", None)]
    article_data = article(
        related=[link(None, "a", **at("09:00")), link("https://x.example/", **at("10:00"))],
        linkedArticles=[{"article": {"slug": "a", "related": links_of_a}}, {"article": None}],
        linkingArticles=connection([linking_article("c", *links_of_c, **at("13:00"))]),
    )
    cross_links = build_story_graph(article_data).cross_links
    assert cross_links == (Link(1, 2), Link(1, 3, is_mutual=True))


@pytest.mark.parametrize("count", [1, COLOR_COUNT, COLOR_COUNT + 5])
def test_publishers_have_different_colors(count):
    """No two share a color while there are enough colors."""
    domains = [f"p{number}.example" for number in range(count)]
    colors = assign_colors([*domains, None])
    assert set(colors) == set(domains)
    assert len(set(colors.values())) == min(count, COLOR_COUNT)
