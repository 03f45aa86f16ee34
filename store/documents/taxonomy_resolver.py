"""Resolves names of topics and providers by the taxonomy's entries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.urls import domain_from_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgraph.store.documents.document import OrganizationEntry, ProviderMention, TopicEntry


class Taxonomy:
    """Resolves a topic's name to its slug, and a provider's name to its domain.

    Attributes:
        topics: topic entries by slug.
        organizations: organization entries by domain.
        aliases: slugs of topics by the slugs of their aliases.
        alias_conflicts: aliases that are ignored because they also refer to another topic, as
            tuples: slug of the topic with the alias, alias as written there, slug of the other
            topic.
    """

    def __init__(
        self, topics: Iterable[TopicEntry] = (), organizations: Iterable[OrganizationEntry] = ()
    ) -> None:
        self.topics = {topic_slug(entry.id or entry.name): entry for entry in topics}
        self.organizations = {entry.domain: entry for entry in organizations}
        # Topics' slugs take precedence over names, and names over short names.
        self._topic_slugs = {slug: slug for slug in self.topics}
        for attribute in ("name", "shortname"):
            for slug, entry in self.topics.items():
                if name := getattr(entry, attribute):
                    self._topic_slugs.setdefault(topic_slug(name), slug)
        # An alias of several topics is ignored, so that the order of files does not matter.
        self.aliases, self.alias_conflicts = self._resolve_aliases()
        self._topic_slugs |= self.aliases
        self._domains_by_name: dict[str, str] = {}
        for domain, organization in self.organizations.items():
            for name in (organization.name, *organization.other_names):
                self._domains_by_name.setdefault(name.casefold(), domain)

    def _resolve_aliases(self) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
        # By the alias's slug: the alias as written, by the slug of the topic that has it.
        declared: dict[str, dict[str, str]] = defaultdict(dict)
        for slug, entry in self.topics.items():
            for alias in entry.aliases:
                declared[topic_slug(alias)].setdefault(slug, alias)
        aliases, conflicts = {}, []
        for alias_slug, written_by_topic in declared.items():
            named_topic = self._topic_slugs.get(alias_slug)
            claimants = [*([named_topic] if named_topic else []), *written_by_topic]
            for slug, written in written_by_topic.items():
                other = next((claimant for claimant in claimants if claimant != slug), None)
                if other is None and alias_slug != slug:
                    aliases[alias_slug] = slug
                elif other is not None and slug != named_topic:
                    conflicts.append((slug, written, other))
        return aliases, conflicts

    def resolve_topic(self, name: str) -> str:
        """Return the slug of the topic with a name, or the name's own slug if there is none."""
        slug = topic_slug(name)
        return self._topic_slugs.get(slug, slug)

    def parent_slug(self, slug: str) -> str | None:
        """Return the slug of a topic's parent; None if it has none or its ancestors are cyclic."""
        entry = self.topics.get(slug)
        if entry is None or entry.parent is None:
            return None
        visited, ancestor = {slug}, self.resolve_topic(entry.parent)
        parent = ancestor
        while ancestor not in visited:
            visited.add(ancestor)
            ancestor_entry = self.topics.get(ancestor)
            if ancestor_entry is None or ancestor_entry.parent is None:
                return parent
            ancestor = self.resolve_topic(ancestor_entry.parent)
        return None

    def resolve_domain(self, mention: ProviderMention | None, *urls: str | None) -> str | None:
        """Return a provider's domain: the one mentioned, or by its name, or from the story's URLs.

        Args:
            mention: the provider as the document mentions it, if it does.
            urls: the story's URLs; the first with a valid host is used.
        """
        if mention is not None and mention.domain is not None:
            return mention.domain
        return self.guess_domain(mention.name if mention else None, *urls)

    def guess_domain(self, name: str | None, *urls: str | None) -> str | None:
        """Return the domain of a provider mentioned without one, by its name or a story's URLs."""
        if name is not None and name.casefold() in self._domains_by_name:
            return self._domains_by_name[name.casefold()]
        domains = (domain_from_url(url) for url in urls if url)
        return next((domain for domain in domains if domain), None)
