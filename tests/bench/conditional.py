"""Requests that name what they have, and whether they are answered without a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench import compare
from tests.bench.errors import CannotMeasure
from tests.bench.load import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.rows import Rows

MOST_WHOLE = 0.01
"""Which share of conditional requests may be answered whole: wrk cuts the last answers short."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many bytes the answers to a conditional request have, their heads included.

    Attributes:
        short: the 304.
        whole: the answer to who has another version, or none.
    """

    short: int
    whole: int

    def check(self, mean: float) -> None:
        """Go on if answers of this mean size were 304s.

        Raises:
            Differs: some of them had a body.
        """
        share = (mean - self.short) / self.whole
        if share > MOST_WHOLE:
            raise compare.Differs(
                f"{share:.1%} of the answers had a body: {mean:,.0f} bytes on average, "
                f"where a 304 has {self.short:,}"
            )


def if_none_match(request: Request) -> tuple[Request, Sizes]:
    """Return a request that names the tag of the answer, and how large answers to it are.

    Raises:
        CannotMeasure: the answer has no tag.
        Differs: the conditional request is not answered with 304.
    """
    # Each coding has a tag of its own, and wrk takes none.
    plain = {"Accept-Encoding": "identity"}
    whole = httpx.get(request.url, headers=plain)
    if (tag := whole.headers.get("etag")) is None:
        raise CannotMeasure("the answer has no ETag")
    conditional = Request(request.url, headers={"If-None-Match": tag})
    short = httpx.get(request.url, headers=plain | dict(conditional.headers))
    if short.status_code != httpx.codes.NOT_MODIFIED:
        raise compare.Differs(f"the answer is {short.status_code}, not 304")
    return conditional, Sizes(compare.head(short), compare.head(whole) + len(whole.content))


def without_bodies(
    runs: Mapping[str, list[dict[str, Any]]], sizes: Mapping[str, Sizes], rows: Rows
) -> dict[str, list[dict[str, Any]]]:
    """Return runs without those rows in which conditional requests were answered whole."""
    right = {}
    for name, some in runs.items():
        with rows.row(name):
            for run in some if name in sizes else ():
                sizes[name].check(run["bytes"])
            right[name] = some
    return right
