"""Conditional requests, and whether their responses are 304s without a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench import compare
from tests.bench.errors import MeasurementError
from tests.bench.load import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.rows import FailedRows

MAX_FULL_SHARE = 0.01
"""Maximum share of conditional requests with full responses: wrk cuts the last ones short."""


@dataclass(frozen=True, slots=True)
class ResponseSizes:
    """Sizes of the responses to a conditional request, in bytes with status line and headers.

    Attributes:
        not_modified: size of the 304.
        full: size of the response if the resource has changed.
    """

    not_modified: int
    full: int

    def check_mean(self, mean: float) -> None:
        """Check that responses of this mean size were 304s.

        Raises:
            WrongResponse: some of them had a body.
        """
        share = (mean - self.not_modified) / self.full
        if share > MAX_FULL_SHARE:
            raise compare.WrongResponse(
                f"{share:.1%} of the responses had a body: {mean:,.0f} bytes on average, "
                f"where a 304 has {self.not_modified:,}"
            )


def make_conditional(request: Request) -> tuple[Request, ResponseSizes]:
    """Return a request with the response's ETag as ``If-None-Match``, and its response sizes.

    Raises:
        MeasurementError: the response has no ETag.
        WrongResponse: the status of the conditional request's response is not 304.
    """
    # Each content encoding has another ETag, and wrk accepts none.
    headers = {"Accept-Encoding": "identity"}
    full = httpx.get(request.url, headers=headers)
    if (etag := full.headers.get("etag")) is None:
        raise MeasurementError("the response has no ETag")
    conditional = Request(request.url, headers={"If-None-Match": etag})
    not_modified = httpx.get(request.url, headers=headers | dict(conditional.headers))
    if not_modified.status_code != httpx.codes.NOT_MODIFIED:
        raise compare.WrongResponse(f"the response's status is {not_modified.status_code}, not 304")
    return conditional, ResponseSizes(
        compare.head_length(not_modified), compare.head_length(full) + len(full.content)
    )


def drop_rows_with_bodies(
    runs: Mapping[str, list[dict[str, Any]]],
    sizes: Mapping[str, ResponseSizes],
    failed_rows: FailedRows,
) -> dict[str, list[dict[str, Any]]]:
    """Return the runs without rows whose conditional requests had full responses."""
    correct = {}
    for name, row_runs in runs.items():
        with failed_rows.catch(name):
            for run in row_runs if name in sizes else ():
                sizes[name].check_mean(run["bytes"])
            correct[name] = row_runs
    return correct
