"""Whether two answers say the same; nothing is timed that does not."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench.errors import CannotMeasure
from tests.bench.peers import forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.load import Request


class Differs(CannotMeasure):
    """Two answers to one question are not the same."""


def fetch(request: Request) -> Any:
    """Return the data of an answer, parsed.

    Raises:
        Differs: the answer is an error, or tells of one.
    """
    if request.body is None:
        got = httpx.get(request.url, headers=dict(request.headers), timeout=60)
    else:
        headers = {"Content-Type": "application/json", **request.headers}
        got = httpx.post(request.url, content=request.body, headers=headers, timeout=60)
    told = got.json() if "json" in got.headers.get("content-type", "") else {}
    if got.status_code != httpx.codes.OK or "errors" in told or "data" not in told:
        raise Differs(f"{request.url} answered {got.status_code}: {got.text[:1000]}")
    return told["data"]


def check(
    name: str, wanted: Any, request: Request, shape: Callable[[Any], Any] | None = None
) -> None:
    """Ask, and compare the answer with ours.

    Args:
        name: of who is asked, for the message.
        wanted: our own answer's data.
        request: the question.
        shape: brings the other's data into the shape of ours.

    Raises:
        Differs: they are not the same; the message tells the first place.
    """
    got = fetch(request)
    if shape is not None:
        wanted, got = forms.without_cursors(wanted), forms.without_cursors(shape(got))
    if (place := difference(wanted, got)) is not None:
        raise Differs(f"{name} answers otherwise than newsgraph at {place}")


def difference(wanted: Any, got: Any, path: str = "data") -> str | None:
    """Return where two JSON values differ first, and how; None where they are the same."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        if wanted.keys() != got.keys():
            return f"{path}: keys {sorted(wanted)} and {sorted(got)}"
        places = (difference(wanted[key], got[key], f"{path}.{key}") for key in wanted)
        return next((place for place in places if place), None)
    if isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return f"{path}: {len(wanted)} and {len(got)} members"
        pairs = enumerate(zip(wanted, got, strict=True))
        places = (difference(one, other, f"{path}[{n}]") for n, (one, other) in pairs)
        return next((place for place in places if place), None)
    if isinstance(wanted, float) and isinstance(got, int | float):
        # Numbers are the same where they are written alike.
        return None if abs(wanted - got) < 1e-9 else f"{path}: {wanted!r} and {got!r}"
    if wanted == got and type(wanted) is type(got):
        return None
    return f"{path}: {json.dumps(wanted)[:200]} and {json.dumps(got)[:200]}"


def length(request: Request) -> int:
    """Return how many bytes an answer's body has."""
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    return len(httpx.post(request.url, content=request.body, headers=headers, timeout=60).content)


def head(answer: httpx.Response) -> int:
    """Return how many bytes the status line and the headers of an answer have."""
    status = f"{answer.http_version} {answer.status_code} {answer.reason_phrase}\r\n"
    headers = sum(len(name) + len(value) + len(": \r\n") for name, value in answer.headers.raw)
    return len(status) + headers + len("\r\n")


def milliseconds(request: Request) -> float:
    """Return how long one answer takes: for what takes longer than a run."""
    began = time.perf_counter()
    headers = {"Content-Type": "application/json", **request.headers}
    httpx.post(request.url, content=request.body, headers=headers, timeout=120)
    return (time.perf_counter() - began) * 1000
