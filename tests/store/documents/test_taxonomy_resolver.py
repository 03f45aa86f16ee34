"""Resolving names: topics by slug, name, short name and alias, publishers by domain and name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.document import OrganizationEntry, ProviderMention, TopicEntry
from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.taxonomy_resolver import Taxonomy

TOPICS = Taxonomy(
    [
        TopicEntry("Computational Data Science", shortname="CDS", parent="Science"),
        TopicEntry("Science"),
        TopicEntry("AI", id="artificial-intelligence", parent="cds"),
        TopicEntry("CDS Laboratory", id="lab", shortname="AI"),
    ]
)
ORGANIZATIONS = Taxonomy(
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
        # A name takes precedence over another topic's short name.
        ("AI", "artificial-intelligence"),
        ("lab", "lab"),
        ("Unheard of", "unheard-of"),
    ],
)
def test_topics(name, slug):
    """Slug, name and short name resolve to a topic; other names are topics of their own."""
    assert TOPICS.resolve_topic(name) == slug


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
    """A parent can be given by slug, name or short name."""
    assert TOPICS.parent_slug(slug) == parent


def test_parent_without_entry():
    """A parent need not have an entry in the taxonomy."""
    assert Taxonomy([TopicEntry("A", parent="Nobody")]).parent_slug("a") == "nobody"


WITH_ALIASES = Taxonomy(
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
        # Slugs and short names take precedence, and an alias of two topics is ignored.
        ("robotics", "robotics"),
        ("ML", "learning"),
        ("thinking", "thinking"),
    ],
)
def test_aliases(name, slug):
    """An alias resolves to its topic if it does not refer to another topic."""
    assert WITH_ALIASES.resolve_topic(name) == slug


def test_alias_map():
    """The alias map has no slugs of topics; a parent can be given by an alias."""
    assert WITH_ALIASES.aliases == {
        "robots": "robotics",
        "robotic-arms": "robotics",
        "ai": "artificial-intelligence",
    }
    assert WITH_ALIASES.parent_slug("learning") == "robotics"


def test_alias_conflicts():
    """A conflict is recorded for each topic with the alias, with the other topic."""
    assert sorted(WITH_ALIASES.alias_conflicts) == [
        ("artificial-intelligence", "ML", "learning"),
        ("artificial-intelligence", "robotics", "robotics"),
        ("artificial-intelligence", "thinking", "thought"),
        ("thought", "Thinking", "artificial-intelligence"),
    ]


LETTERS = st.sampled_from("abcdef")
ALIASES = st.lists(LETTERS, max_size=3).map(tuple)
OTHER_NAMES = {"id": st.none() | LETTERS, "shortname": st.none() | LETTERS}
ENTRIES = st.lists(st.builds(TopicEntry, LETTERS, **OTHER_NAMES, aliases=ALIASES), max_size=5)


@given(ENTRIES)
def test_aliases_resolve_to_topics(entries):
    """An alias resolves to an existing topic and is not a topic itself."""
    taxonomy = Taxonomy(entries)
    for alias, slug in taxonomy.aliases.items():
        assert slug in taxonomy.topics
        assert alias not in {taxonomy.resolve_topic(letter) for letter in "abcdef"}
        assert taxonomy.resolve_topic(alias) == slug
    for slug, alias, other in taxonomy.alias_conflicts:
        assert alias not in taxonomy.aliases
        assert taxonomy.resolve_topic(alias) != slug != other


@given(
    st.lists(st.builds(TopicEntry, LETTERS, aliases=ALIASES), unique_by=lambda entry: entry.name),
    st.randoms(use_true_random=False),
)
def test_order_of_entries_does_not_affect_aliases(entries, random):
    """Aliases do not depend on the order of the entries."""
    shuffled = random.sample(entries, len(entries))
    assert Taxonomy(shuffled).aliases == Taxonomy(entries).aliases


PARENTS = st.lists(st.sampled_from("abcdef"), min_size=6, max_size=6)


@given(PARENTS)
def test_ancestors_are_acyclic(parents):
    """Following parents ends for every topic, even if the entries' parents are cyclic."""
    taxonomy = Taxonomy(
        TopicEntry(name, parent=parent) for name, parent in zip("abcdef", parents, strict=True)
    )
    for name in "abcdef":
        visited, slug = set(), name
        while slug is not None:
            assert slug not in visited
            visited.add(slug)
            slug = taxonomy.parent_slug(slug)


@given(st.text(max_size=20))
def test_resolving_topics_is_idempotent(name):
    """A resolved slug resolves to itself."""
    assert TOPICS.resolve_topic(TOPICS.resolve_topic(name)) == TOPICS.resolve_topic(name)
    assert Taxonomy().resolve_topic(name) == topic_slug(name)


@pytest.mark.parametrize(
    ("mention", "urls", "domain"),
    [
        (None, (), None),
        (None, (None, "https://www.three.net/a"), "three.net"),
        (None, ("mailto:x@three.net", "https://four.net"), "four.net"),
        (ProviderMention("Example", "other.net"), (), "other.net"),
        (ProviderMention("EXAMPLE inc", None), ("https://three.net",), "example.com"),
        # The first organization with the name is used.
        (ProviderMention("example", None), (), "example.com"),
        (ProviderMention("zwei", None), (), "two.org"),
        (ProviderMention("Three", None), ("https://three.net/",), "three.net"),
        (ProviderMention("Three", None), (), None),
        (ProviderMention(None, None), ("https://three.net/",), "three.net"),
    ],
)
def test_publishers(mention, urls, domain):
    """A publisher's domain is the one mentioned, or that of its name, or that of the story."""
    assert ORGANIZATIONS.resolve_domain(mention, *urls) == domain


def test_duplicate_domains():
    """Of several entries with the same domain the last is used (the importer allows only one)."""
    both = [OrganizationEntry("a.org", "One"), OrganizationEntry("a.org", "Two")]
    assert Taxonomy(organizations=both).organizations["a.org"].name == "Two"
