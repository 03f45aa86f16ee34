"""What filters and facets compare of the articles of a segment: a column of values by attribute.

A column has one row for each article, by its number in the segment, or one for each of its topics.
Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from pyroaring import BitMap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Values: TypeAlias = "NDArray[np.int64] | NDArray[np.str_]"

MISSING: Final = -1
"""The code of an article without a value."""

MAX_INTERSECTIONS: Final = 500
"""Values of a column for which sets of articles are intersected to count them."""

_CODED: Final = ("provider", "type", "category", "quality", "heat", "topic")
_FLAGS: Final = ("published", "has_images", "in_feeds")


@dataclass(frozen=True, slots=True)
class ArticleAttributes:
    """Attributes of an article, as the store has them.

    Attributes:
        provider: key of its provider.
        topics: keys of its topics, each once.
        type, category: as in the document.
        quality, heat: numbers as in the document.
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


@dataclass(frozen=True)
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

    @cached_property
    def code_of(self) -> dict[Any, int]:
        """Codes by value."""
        return {value: code for code, value in enumerate(self._value_list)}

    @cached_property
    def _value_list(self) -> list[Any]:
        values: list[Any] = self.values.tolist()
        return values

    @cached_property
    def _code_list(self) -> list[int]:
        codes: list[int] = self.codes.tolist()
        return codes

    @cached_property
    def numbers_of(self) -> list[BitMap]:
        """By code, the numbers of the articles that have the value."""
        order = np.argsort(self.codes, kind="stable")
        numbers = (order if self.rows is None else self.rows[order]).astype(np.uint32)
        bounds = np.searchsorted(self.codes[order], np.arange(len(self.values) + 1)).tolist()
        return [to_bitmap(numbers[start:end]) for start, end in pairwise(bounds)]

    def count(
        self, numbers: BitMap, article_count: int, max_intersections: int = MAX_INTERSECTIONS
    ) -> dict[Any, int]:
        """Return how many of some articles have each value, without values that none has.

        Args:
            numbers: numbers of the articles.
            article_count: number of articles of the segment.
            max_intersections: columns with more values are counted by article, which takes as
                long for a few articles as for many.
        """
        if self.rows is None and len(numbers) < 2 * len(self.values):
            codes = Counter(map(self._code_list.__getitem__, numbers))
            del codes[MISSING]
            return {self._value_list[code]: count for code, count in codes.items()}
        if len(self.values) <= max_intersections:
            counts = map(numbers.intersection_cardinality, self.numbers_of)
            pairs = zip(self.code_of, counts, strict=True)
            return {value: count for value, count in pairs if count}
        is_counted = np.zeros(article_count, dtype=bool)
        is_counted[to_array(numbers)] = True
        rows = is_counted if self.rows is None else is_counted[self.rows]
        # With 1 added, missing values are counted as the first.
        of_code = np.bincount(self.codes[rows] + 1, minlength=len(self.values) + 1)[1:]
        present = np.flatnonzero(of_code)
        return dict(zip(self.values[present].tolist(), of_code[present].tolist(), strict=True))

    def find(self, is_match: Callable[[Any], bool]) -> BitMap:
        """Return the numbers of the articles with a value that matches."""
        codes = [code for value, code in self.code_of.items() if is_match(value)]
        return self._find_codes(codes)

    def find_any(self, values: Iterable[Any]) -> BitMap:
        """Return the numbers of the articles that have one of some values."""
        return self._find_codes([self.code_of[value] for value in values if value in self.code_of])

    def _find_codes(self, codes: list[int]) -> BitMap:
        return BitMap.union(*(self.numbers_of[code] for code in codes)) if codes else BitMap()


def to_bitmap(numbers: NDArray[np.integer[Any]]) -> BitMap:
    """Return numbers of articles as a bitmap."""
    return BitMap(array("I", numbers.astype(np.uint32).tobytes()))


def to_array(numbers: BitMap) -> NDArray[np.uint32]:
    """Return numbers of articles as an array."""
    return np.frombuffer(numbers.to_array(), dtype=np.uint32)


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
