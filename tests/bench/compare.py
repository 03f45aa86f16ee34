"""Compares responses: only services whose responses are correct are measured."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench.errors import MeasurementError
from tests.bench.peers import forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.load import Request


class WrongResponse(MeasurementError):
    """A response differs from newsgraph's, or is an error."""


def fetch_data(request: Request) -> Any:
    """Return the ``data`` of a GraphQL response.

    Raises:
        WrongResponse: the response is an error, or has errors.
    """
    if request.body is None:
        response = httpx.get(request.url, headers=dict(request.headers), timeout=60)
    else:
        headers = {"Content-Type": "application/json", **request.headers}
        response = httpx.post(request.url, content=request.body, headers=headers, timeout=60)
    payload = response.json() if "json" in response.headers.get("content-type", "") else {}
    if response.status_code != httpx.codes.OK or "errors" in payload or "data" not in payload:
        raise WrongResponse(
            f"{request.url} responded with {response.status_code}: {response.text[:1000]}"
        )
    return payload["data"]


def check_response(
    name: str,
    expected: Any,
    request: Request,
    normalize: Callable[[Any], Any] | None = None,
    *,
    is_ranked: bool = False,
) -> None:
    """Send a request, and compare the response with newsgraph's.

    Args:
        name: name of the service, for the message.
        expected: ``data`` of newsgraph's response.
        request: the request to the service.
        normalize: converts the service's data to the shape of newsgraph's, without cursors.
        is_ranked: whether the service ranks results in its own way. Then only their number, their
            fields and the words searched for are compared, see `forms.mask_results`.

    Raises:
        WrongResponse: they differ, not counting the order of a search; the message has the path
            of the first difference.
    """
    actual = fetch_data(request)
    if normalize is not None:
        expected, actual = forms.mask_cursors(expected), forms.mask_cursors(normalize(actual))
    if is_ranked:
        expected, actual = forms.mask_results(expected), forms.mask_results(actual)
    if (difference := find_difference(expected, actual)) is not None:
        raise WrongResponse(f"{name} differs from newsgraph at {difference}")


def find_difference(expected: Any, actual: Any, path: str = "data") -> str | None:
    """Return the first difference of two JSON values, with its path; None if they are equal."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        if expected.keys() != actual.keys():
            return f"{path}: keys {sorted(expected)} and {sorted(actual)}"
        differences = (
            find_difference(expected[key], actual[key], f"{path}.{key}") for key in expected
        )
        return next((difference for difference in differences if difference), None)
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return f"{path}: {len(expected)} and {len(actual)} members"
        pairs = enumerate(zip(expected, actual, strict=True))
        differences = (
            find_difference(left, right, f"{path}[{index}]") for index, (left, right) in pairs
        )
        return next((difference for difference in differences if difference), None)
    if isinstance(expected, float) and isinstance(actual, int | float):
        # Services write the same number in different ways.
        return None if abs(expected - actual) < 1e-9 else f"{path}: {expected!r} and {actual!r}"
    if expected == actual and type(expected) is type(actual):
        return None
    return f"{path}: {json.dumps(expected)[:200]} and {json.dumps(actual)[:200]}"


def body_length(request: Request) -> int:
    """Return the size of a response's body in bytes."""
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    return len(httpx.post(request.url, content=request.body, headers=headers, timeout=60).content)


def head_length(response: httpx.Response) -> int:
    """Return the size of a response's status line and headers in bytes."""
    status = f"{response.http_version} {response.status_code} {response.reason_phrase}\r\n"
    headers = sum(len(name) + len(value) + len(": \r\n") for name, value in response.headers.raw)
    return len(status) + headers + len("\r\n")


def measure_milliseconds(request: Request) -> float:
    """Return the milliseconds that one response takes, for those that take longer than a run."""
    started_at = time.perf_counter()
    headers = {"Content-Type": "application/json", **request.headers}
    httpx.post(request.url, content=request.body, headers=headers, timeout=120)
    return (time.perf_counter() - started_at) * 1000
