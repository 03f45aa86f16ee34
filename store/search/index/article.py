"""What the index contains of an article. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from newsgraph.store.search.index.attributes import ArticleAttributes

if TYPE_CHECKING:
    from collections.abc import Mapping

IndexField: TypeAlias = Literal["title", "text", "topic", "author", "publisher"]

FIELDS: Final[tuple[IndexField, ...]] = ("title", "text", "topic", "author", "publisher")
"""The parts of an article that are searched, in the order of their positions."""

TITLE: Final[tuple[IndexField, ...]] = ("title",)
TEXT: Final[tuple[IndexField, ...]] = ("text",)


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article to index.

    Attributes:
        key: the article's key.
        date_order: ``article.date_order``: greater for newer articles.
        language: BCP 47 tag; None if it is unknown.
        texts: texts of each field.
        attributes: what filters and facets compare.
    """

    key: int
    date_order: str
    language: str | None
    texts: Mapping[IndexField, tuple[str, ...]]
    attributes: ArticleAttributes = field(default_factory=ArticleAttributes)

    @property
    def order(self) -> tuple[str, int]:
        """Sorts articles from the oldest to the newest; among equal dates, by descending keys."""
        return self.date_order, -self.key
