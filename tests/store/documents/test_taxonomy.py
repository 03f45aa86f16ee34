"""What names mean: topics by slug, name and short name, publishers by domain and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.document import OrganizationEntry, ProviderMention, TopicEntry
from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.taxonomy import Vocabulary

TOPICS = Vocabulary(
    [
        TopicEntry("Computational Data Science", shortname="CDS", parent="Science"),
        TopicEntry("Science"),
        TopicEntry("AI", id="artificial-intelligence", parent="cds"),
        TopicEntry("CDS Laboratory", id="lab", shortname="AI"),
    ]
)
ORGANIZATIONS = Vocabulary(
    organizations=[
        OrganizationEntry("example.com", "Example", other_names=("Ex", "Example Inc")),
        OrganizationEntry("two.org", "Two", other_names=("example", "Zwei")),
    ]
)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Computational Data Science", "computational-data-science"),
        ("computational-data science", "computational-data-science"),
        ("CDS", "computational-data-science"),
        ("cds", "computational-data-science"),
        ("Artificial Intelligence", "artificial-intelligence"),
        ("A.I.", "a-i"),
        # Its name comes before another's short name.
        ("AI", "artificial-intelligence"),
        ("lab", "lab"),
        ("Unheard of", "unheard-of"),
    ],
)
def test_topics(name, slug):
    """A topic's slug, its name and its short name mean it; other names are their own topics."""
    assert TOPICS.topic(name) == slug


@pytest.mark.parametrize(
    ("slug", "parent"),
    [
        ("computational-data-science", "science"),
        ("science", None),
        ("artificial-intelligence", "computational-data-science"),
        ("unheard-of", None),
    ],
)
def test_parents(slug, parent):
    """A parent may be named in any way, too."""
    assert TOPICS.parent(slug) == parent


def test_a_parent_that_is_no_entry():
    """A parent needs no file of its own."""
    assert Vocabulary([TopicEntry("A", parent="Nobody")]).parent("a") == "nobody"


RENAMED = Vocabulary(
    [
        TopicEntry("Robotics", aliases=("robots", "Robotic arms", "ROBOTS", "robotics")),
        TopicEntry(
            "AI", id="artificial-intelligence", aliases=("ai", "robotics", "ML", "thinking")
        ),
        TopicEntry("Machine Learning", id="learning", shortname="ml", parent="Robots"),
        TopicEntry("Thought", aliases=("Thinking",)),
    ]
)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Robots", "robotics"),
        ("robotic-arms", "robotics"),
        ("AI", "artificial-intelligence"),
        # A slug, a short name and what two topics list are not an alias's.
        ("robotics", "robotics"),
        ("ML", "learning"),
        ("thinking", "thinking"),
    ],
)
def test_aliases(name, slug):
    """What a topic was called before means it, as long as nothing else is called so."""
    assert RENAMED.topic(name) == slug


def test_where_aliases_lead():
    """A topic's own slug leads nowhere else; parents may be called by an alias too."""
    assert RENAMED.aliases == {
        "robots": "robotics",
        "robotic-arms": "robotics",
        "ai": "artificial-intelligence",
    }
    assert RENAMED.parent("learning") == "robotics"


def test_aliases_that_others_have():
    """Each topic that lists one is told of the other."""
    assert sorted(RENAMED.taken) == [
        ("artificial-intelligence", "ML", "learning"),
        ("artificial-intelligence", "robotics", "robotics"),
        ("artificial-intelligence", "thinking", "thought"),
        ("thought", "Thinking", "artificial-intelligence"),
    ]


LETTERS = st.sampled_from("abcdef")
ALIASES = st.lists(LETTERS, max_size=3).map(tuple)
NAMED = {"id": st.none() | LETTERS, "shortname": st.none() | LETTERS}
ENTRIES = st.lists(st.builds(TopicEntry, LETTERS, **NAMED, aliases=ALIASES), max_size=5)


@given(ENTRIES)
def test_no_alias_is_a_topic(entries):
    """An alias leads to a topic that there is, and is none itself."""
    vocabulary = Vocabulary(entries)
    for alias, slug in vocabulary.aliases.items():
        assert slug in vocabulary.topics
        assert alias not in {vocabulary.topic(letter) for letter in "abcdef"}
        assert vocabulary.topic(alias) == slug
    for slug, alias, other in vocabulary.taken:
        assert alias not in vocabulary.aliases
        assert vocabulary.topic(alias) != slug != other


@given(
    st.lists(st.builds(TopicEntry, LETTERS, aliases=ALIASES), unique_by=lambda one: one.name),
    st.randoms(use_true_random=False),
)
def test_the_order_of_files_decides_no_alias(entries, random):
    """What several topics list is nobody's, whichever file comes first."""
    shuffled = random.sample(entries, len(entries))
    assert Vocabulary(shuffled).aliases == Vocabulary(entries).aliases


PARENTS = st.lists(st.sampled_from("abcdef"), min_size=6, max_size=6)


@given(PARENTS)
def test_parents_end(parents):
    """From every topic one comes to an end going up, however parents point at each other."""
    vocabulary = Vocabulary(
        TopicEntry(name, parent=parent) for name, parent in zip("abcdef", parents, strict=True)
    )
    for name in "abcdef":
        seen, here = set(), name
        while here is not None:
            assert here not in seen
            seen.add(here)
            here = vocabulary.parent(here)


@given(st.text(max_size=20))
def test_a_name_means_one_topic(name):
    """What a name means is a topic by itself."""
    assert TOPICS.topic(TOPICS.topic(name)) == TOPICS.topic(name)
    assert Vocabulary().topic(name) == topic_slug(name)


@pytest.mark.parametrize(
    ("mention", "urls", "domain"),
    [
        (None, (), None),
        (None, (None, "https://www.three.net/a"), "three.net"),
        (None, ("mailto:x@three.net", "https://four.net"), "four.net"),
        (ProviderMention("Example", "other.net"), (), "other.net"),
        (ProviderMention("EXAMPLE inc", None), ("https://three.net",), "example.com"),
        # The first that was told has the name.
        (ProviderMention("example", None), (), "example.com"),
        (ProviderMention("zwei", None), (), "two.org"),
        (ProviderMention("Three", None), ("https://three.net/",), "three.net"),
        (ProviderMention("Three", None), (), None),
        (ProviderMention(None, None), ("https://three.net/",), "three.net"),
    ],
)
def test_publishers(mention, urls, domain):
    """A publisher is the domain that is told, else that of its name, else the story's own."""
    assert ORGANIZATIONS.domain(mention, *urls) == domain


def test_the_later_entry_of_one_domain():
    """Of entries with one domain the last counts; the importer lets only one in."""
    both = [OrganizationEntry("a.org", "One"), OrganizationEntry("a.org", "Two")]
    assert Vocabulary(organizations=both).organizations["a.org"].name == "Two"
