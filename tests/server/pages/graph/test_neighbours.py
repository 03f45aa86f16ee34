"""Who is around a story."""

from __future__ import annotations

from newsgraph.server.pages.graph.neighbours import neighbours
from tests.server.pages.around import article, link, linked, linking, page


def around(said):
    """The neighbours of an article, in the order that they are found in."""
    return list(neighbours(said).values())


def test_a_link_back_makes_one_node():
    """Seeds link to each other both ways."""
    said = article(
        related=[link("https://own.example/b", "b"), link("https://x.example/")],
        linking=page([linking("b"), linking("c")]),
    )
    found = around(said)
    assert {(one.title, one.linked, one.links_here) for one in found} == {
        ("b", True, True),
        ("https://x.example/", True, False),
        ("c", False, True),
    }
    assert [one.relation for one in found if one.slug == "b"] == [
        "links here and is linked from here"
    ]


def test_two_links_with_one_address_are_one_node():
    """The first counts, with its title; addresses are compared in their canonical form."""
    said = article(
        related=[
            link("https://www.x.example/a", title="First"),
            link("http://x.example/a/?utm_source=y", title="Second"),
        ]
    )
    assert [one.title for one in around(said)] == ["First"]


def test_a_story_is_no_neighbour_of_itself():
    """By name or by address."""
    said = article(
        related=[link(None, "this"), link("http://www.own.example/this")],
        linking=page([linking("this", linked("this", None))]),
    )
    assert around(said) == []


def test_what_no_browser_may_open_is_no_address():
    """A link can say anything; its story is in the picture all the same."""
    found = around(article(related=[link("javascript:alert(1)", images=[{"url": "data:,x"}])]))
    assert [(one.url, one.image) for one in found] == [(None, None)]


def test_the_archive_knows_more_than_a_link_says():
    """Files often link with a title and an address alone."""
    own = linking("b", quality=5, images=[{"url": "https://i.example/"}])
    (one,) = around(article(related=[link("https://x.example/", title="Said", article=own)]))
    assert (one.title, one.quality, one.image) == ("Said", 5, "https://i.example/")


def test_a_link_that_is_an_address_alone_is_called_as_the_story_is():
    """An address is no headline; where the archive has no such story there is no better one."""
    related = [link("https://x.example/", article=linking("b")), link("https://y.example/")]
    assert [one.title for one in around(article(related=related))] == ["b", "https://y.example/"]
