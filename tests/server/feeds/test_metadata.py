"""What feeds say of themselves."""

from __future__ import annotations

import pytest

from newsgraph.feeds import Paging
from newsgraph.server.article_query import Subject
from newsgraph.server.feeds.metadata import Announcing, about, channel
from newsgraph.server.urls import Addresses
from newsgraph.store.documents.collection import Collection

AI = Subject(topics=("ai",))
SAID = {"name": "AI", "description": None}


def channel_of(subject, collection, answer, suffix="rss", site="https://news.example"):
    """The channel of a subject's feed without stories."""
    words = about(subject, answer, collection)
    path = subject.address(suffix)
    return channel(Announcing(Addresses(site)), collection, words, path, [], Paging())


def test_a_collection_without_words_still_has_a_channel():
    """Formats require a title and a description."""
    found = channel_of(Subject(), Collection(), {})
    assert (found.title, found.author) == ("newsgraph", "newsgraph")
    assert found.description
    assert found.updated is None
    assert found.home_url == "https://news.example/"


@pytest.mark.parametrize(
    ("subject", "description", "said"),
    [
        (AI, None, "Articles on AI, from Seeds"),
        (Subject(providers=("ai",)), None, "Articles from AI, from Seeds"),
        (AI, "Machines that learn", "Machines that learn"),
    ],
)
def test_a_channel_says_what_it_is_of(subject, description, said):
    """The taxonomy's own words come first."""
    owner = {"name": "AI", "description": description}
    found = channel_of(subject, Collection(title="Seeds"), owner)
    assert found.title == "AI — Seeds"
    assert found.description == said


def test_of_several_things_all_are_named():
    """In words, as it is read aloud by some readers."""
    owners = {
        ("topics", "ai"): "AI",
        ("topics", "law"): "Law",
        ("topics", "tax"): "Taxes",
        ("providers", "cnet.com"): "CNET",
    }
    subject = Subject(("ai", "law"), True, ("cnet.com",), "big models", 70, ("tax",))
    found = channel_of(subject, Collection(title="Seeds"), {"owners": owners})
    assert found.title == (
        "on AI and Law, from CNET, with “big models”, rated 70 or more, but not on Taxes — Seeds"
    )
    either = channel_of(Subject(("ai", "law")), Collection(), {"owners": owners})
    assert either.title == "on AI or Law — newsgraph"


def test_channel_ids():
    """One per subject, the same in all formats and on every host; two collections share none."""

    def id_of(collection, subject=AI, suffix="rss", site="https://one.example"):
        answer = SAID if subject.owner else {"owners": {("topics", "ai"): "AI"}}
        return channel_of(subject, collection, answer, suffix, site).id

    known = Collection(id="seeds")
    assert id_of(known) == id_of(known, suffix="atom") == id_of(known, site="https://two.example")
    others = [
        id_of(known, Subject(topics=("law",))),
        id_of(known, Subject(topics=("ai",), quality=70)),
        id_of(Collection(id="else")),
        id_of(Collection(url="https://a.example")),
        id_of(Collection()),
        id_of(Collection(), site="https://two.example"),
    ]
    assert len({id_of(known), *others}) == 7
