"""What topics and publishers are called, by the taxonomy's files."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.urls import host_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgraph.store.documents.document import OrganizationEntry, ProviderMention, TopicEntry


class Vocabulary:
    """Finds the topic that a name means, and the publisher.

    Attributes:
        topics: entries by the slug of their topic.
        organizations: entries by domain.
        aliases: slugs of topics by the slugs that lead to them from elsewhere.
        taken: aliases that count for nothing, since another topic is called so too: the slug of
            the topic that lists one, the alias as it is written there, the slug of the other.
    """

    def __init__(
        self, topics: Iterable[TopicEntry] = (), organizations: Iterable[OrganizationEntry] = ()
    ) -> None:
        self.topics = {topic_slug(entry.id or entry.name): entry for entry in topics}
        self.organizations = {entry.domain: entry for entry in organizations}
        # A topic's own slug comes before others' names, and names before short names.
        self._slugs = {slug: slug for slug in self.topics}
        for name_of in ("name", "shortname"):
            for slug, entry in self.topics.items():
                if name := getattr(entry, name_of):
                    self._slugs.setdefault(topic_slug(name), slug)
        # An alias that is not this topic's alone is nobody's: no order of files decides it.
        self.aliases, self.taken = self._read_aliases()
        self._slugs |= self.aliases
        self._domains: dict[str, str] = {}
        for domain, organization in self.organizations.items():
            for name in (organization.name, *organization.other_names):
                self._domains.setdefault(name.casefold(), domain)

    def _read_aliases(self) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
        listed: dict[str, dict[str, str]] = defaultdict(dict)
        for slug, entry in self.topics.items():
            for alias in entry.aliases:
                listed[topic_slug(alias)].setdefault(slug, alias)
        aliases, taken = {}, []
        for alias, spelled in listed.items():
            named = self._slugs.get(alias)
            owners = [*([named] if named else []), *spelled]
            for slug, written in spelled.items():
                other = next((one for one in owners if one != slug), None)
                if other is None and alias != slug:
                    aliases[alias] = slug
                elif other is not None and slug != named:
                    taken.append((slug, written, other))
        return aliases, taken

    def topic(self, name: str) -> str:
        """Return the slug of the topic that a document means by a name."""
        slug = topic_slug(name)
        return self._slugs.get(slug, slug)

    def parent(self, slug: str) -> str | None:
        """Return the slug of a topic's parent; None also where parents go round in a circle."""
        entry = self.topics.get(slug)
        if entry is None or entry.parent is None:
            return None
        seen, above = {slug}, self.topic(entry.parent)
        first = above
        while above not in seen:
            seen.add(above)
            upper = self.topics.get(above)
            if upper is None or upper.parent is None:
                return first
            above = self.topic(upper.parent)
        return None

    def domain(self, mention: ProviderMention | None, *urls: str | None) -> str | None:
        """Return the domain of a publisher: as told, by its name, or of the story's address."""
        if mention is not None and mention.domain is not None:
            return mention.domain
        return self.guess(mention.name if mention else None, *urls)

    def guess(self, name: str | None, *urls: str | None) -> str | None:
        """Return the domain of a publisher that no document tells it of."""
        if name is not None and name.casefold() in self._domains:
            return self._domains[name.casefold()]
        hosts = (host_domain(url) for url in urls if url)
        return next((host for host in hosts if host), None)
