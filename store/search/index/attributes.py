"""What filters and facets compare of the articles of a segment: a column of values by attribute.

Articles are columns' rows, by their number in the segment. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Values: TypeAlias = "NDArray[np.int64] | NDArray[np.str_]"

MISSING: Final = -1
"""The code of an article without a value."""

_CODED: Final = ("provider", "type", "category", "quality", "heat", "topic")
_FLAGS: Final = ("published", "has_images", "in_feeds")


@dataclass(frozen=True, slots=True)
class ArticleAttributes:
    """Attributes of an article, as the store has them.

    Attributes:
        provider: key of its provider.
        topics: keys of its topics, each once.
        type, category: as in the document.
        quality, heat: numbers from 0 to 100.
        published, has_images, in_feeds: as the columns and the rows of the article say.
    """

    provider: int | None = None
    topics: tuple[int, ...] = ()
    type: str | None = None
    category: str | None = None
    quality: int | None = None
    heat: int | None = None
    published: bool = True
    has_images: bool = False
    in_feeds: bool = True


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column with few different values.

    Attributes:
        values: the different values, ascending.
        codes: for each row the index of its value, or `MISSING`.
        rows: numbers of the articles of the rows, ascending; None if each article has one row.
    """

    values: Values
    codes: NDArray[np.int32]
    rows: NDArray[np.uint32] | None = None

    def count(self, numbers: NDArray[np.uint32], article_count: int) -> dict[Any, int]:
        """Return how many of some articles have each value, without values that none has.

        Args:
            numbers: numbers of the articles.
            article_count: number of articles of the segment.
        """
        codes = self.codes
        if self.rows is None:
            codes = codes[numbers]
        else:
            is_counted = np.zeros(article_count, dtype=bool)
            is_counted[numbers] = True
            codes = codes[is_counted[self.rows]]
        # With 1 added, missing values are counted as the first.
        counts = np.bincount(codes + 1, minlength=len(self.values) + 1)[1:]
        present = np.flatnonzero(counts)
        return dict(zip(self.values[present].tolist(), counts[present].tolist(), strict=True))

    def numbers_of(self, is_match: NDArray[np.bool_]) -> NDArray[np.integer[Any]]:
        """Return the numbers of the articles with a value that matches, maybe several times.

        Args:
            is_match: whether each of `values` matches.
        """
        # The last one stands for missing values, whose code is -1.
        rows = np.flatnonzero(np.append(is_match, [False])[self.codes])
        return rows if self.rows is None else self.rows[rows]


class SegmentAttributes:
    """The columns of a segment.

    Attributes:
        coded: columns of ``provider``, ``type``, ``category``, ``quality``, ``heat``, ``topic``.
        flags: whether articles are ``published``, ``has_images`` and ``in_feeds``.
    """

    def __init__(
        self, coded: Mapping[str, CodedColumn], flags: Mapping[str, NDArray[np.bool_]]
    ) -> None:
        self.coded, self.flags = coded, flags

    @classmethod
    def of_articles(cls, articles: Sequence[ArticleAttributes]) -> SegmentAttributes:
        """Return the columns of articles in the order of their numbers."""
        coded = {
            name: _encode([getattr(article, name) for article in articles])
            for name in _CODED
            if name != "topic"
        }
        pairs = [
            (number, topic) for number, article in enumerate(articles) for topic in article.topics
        ]
        topics = _encode([topic for _, topic in pairs])
        rows = np.array([number for number, _ in pairs], dtype="<u4")
        coded["topic"] = CodedColumn(topics.values, topics.codes, rows)
        flags = {
            name: np.array([getattr(article, name) for article in articles], dtype=bool)
            for name in _FLAGS
        }
        return cls(coded, flags)

    @classmethod
    def from_bytes(cls, data: bytes) -> SegmentAttributes:
        """Return what `to_bytes` has encoded."""
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            coded = {
                name: CodedColumn(
                    arrays[f"{name}.values"],
                    arrays[f"{name}.codes"],
                    arrays["topic.rows"] if name == "topic" else None,
                )
                for name in _CODED
            }
            return cls(coded, {name: arrays[name] for name in _FLAGS})

    def to_bytes(self) -> bytes:
        """Return all columns as bytes, in numpy's format npz."""
        arrays: dict[str, Any] = dict(self.flags)
        for name, column in self.coded.items():
            arrays |= {f"{name}.values": column.values, f"{name}.codes": column.codes}
        arrays["topic.rows"] = self.coded["topic"].rows
        buffer = BytesIO()
        np.savez(buffer, **arrays)
        return buffer.getvalue()

    def of_article(self, number: int) -> ArticleAttributes:
        """Return the attributes of the article with a number."""
        values: dict[str, Any] = {name: bool(self.flags[name][number]) for name in _FLAGS}
        for name, column in self.coded.items():
            if column.rows is None:
                code = column.codes[number]
                values[name] = None if code == MISSING else column.values[code].item()
            else:
                codes = column.codes[column.rows == number]
                values["topics"] = tuple(column.values[codes].tolist())
        return ArticleAttributes(**values)


def _encode(values: Iterable[int | str | None]) -> CodedColumn:
    """Return a column with one row for each value."""
    values = list(values)
    distinct = sorted({value for value in values if value is not None})
    code_of: dict[Any, int] = {value: code for code, value in enumerate(distinct)}
    codes = [MISSING if value is None else code_of[value] for value in values]
    is_text = bool(distinct) and isinstance(distinct[0], str)
    return CodedColumn(
        np.array(distinct, dtype=None if is_text else "<i8"), np.array(codes, dtype="<i4")
    )
