"""What topics and publishers are called, by the taxonomy's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.documents.identity import topic_slug
from store.documents.urls import host_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.documents.document import OrganizationEntry, ProviderMention, TopicEntry


class Vocabulary:
    """Finds the topic that a name means, and the publisher.

    Attributes:
        topics: entries by the slug of their topic.
        organizations: entries by domain.
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
        self._domains: dict[str, str] = {}
        for domain, organization in self.organizations.items():
            for name in (organization.name, *organization.other_names):
                self._domains.setdefault(name.casefold(), domain)

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
