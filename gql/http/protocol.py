"""GraphQL over HTTP: what a request may be, and how its answer is told.

https://graphql.github.io/graphql-over-http/draft/
"""

from __future__ import annotations

import json
from email.message import Message as Headers
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cross_web import HTTPException
from starlette.responses import Response

from newsgraph.gql.documents.persisted import DOCUMENT_ID
from newsgraph.gql.execution.raw_json import Spliced, whole
from newsgraph.gql.request_errors import BAD_REQUEST, NOT_ALLOWED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Receive

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"
HTML = "text/html"

ANSWERED = "newsgraph.revision"
"""The scope's extension that tells at which revision of the store a whole answer, without
errors, was read."""

_CODES = {
    400: BAD_REQUEST,
    404: "NOT_FOUND",
    405: NOT_ALLOWED,
    406: "NOT_ACCEPTABLE",
    413: "PAYLOAD_TOO_LARGE",
    414: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


def answer_type(accept: str | None) -> str | None:
    """Return the media type to answer in, or None where the client takes neither.

    Of two that a client likes as much, the newer one counts where it is named; a client
    that takes anything gets the older one.

    Args:
        accept: the request's Accept header (RFC 9110 section 12.5.1).
    """
    if not (accept or "").strip():
        return JSON
    ranges = dict(_quality(one) for one in (accept or "").split(","))
    wanted = {
        kind: next((ranges[r] for r in (kind, "application/*", "*/*") if r in ranges), 0.0)
        for kind in (JSON, GRAPHQL)
    }
    best = max(wanted.values())
    if best <= 0:
        return None
    newer = wanted[GRAPHQL] == best and (GRAPHQL in ranges or wanted[JSON] < best)
    return GRAPHQL if newer else JSON


def _quality(one: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in one.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def takes(accept: str | None, kind: str) -> bool:
    """Tell whether an Accept header names a media type itself."""
    return any(_quality(one)[0] == kind for one in (accept or "").split(","))


def wants_events(accept: str | None) -> bool:
    """Tell whether a client wants an event stream; some name it last, behind JSON."""
    ranges = dict(_quality(one) for one in (accept or "").split(","))
    json_too = max(ranges.get(JSON, 0.0), ranges.get(GRAPHQL, 0.0))
    return ranges.get(EVENTS, 0.0) > json_too


def check_body(headers: Mapping[str, str], most: int) -> None:
    """Check that a request's body is one that is read.

    A page of another site can send forms and plain text with a user's own browser, but no
    JSON, unless that site is allowed to (CORS).

    Raises:
        HTTPException: it is something else than JSON, or too long.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON or _charset(headers["content-type"]) not in ("", "utf-8", "utf8"):
        told = f"Send the request as JSON in UTF-8, with the header `Content-Type: {JSON}`."
        raise HTTPException(415, told)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Send the request without a Content-Encoding.")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most * _DRAINED:
        raise _too_long(most)


def _charset(content_type: str) -> str:
    """Return a media type's charset; its other parameters may be what they like."""
    said = Headers()
    said["Content-Type"] = content_type
    return str(said.get_content_charset(""))


_DRAINED = 20
"""How many times the allowed length is read and dropped: a client that is cut off while it
sends does not read what it is told."""


def capped(receive: Receive, most: int) -> Receive:
    """Return a `receive` that gives up once a body is longer than allowed."""
    length = 0

    async def receiving() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length <= most:
            return message
        while message.get("more_body") and length <= most * _DRAINED:
            message = await receive()
            length += len(message.get("body", b""))
        raise _too_long(most)

    return receiving


def _too_long(most: int) -> HTTPException:
    told = f"The request's body is longer than the {most} bytes that are allowed (max_body_bytes)."
    return HTTPException(413, told)


def read_json(text: str | bytes, what: str) -> object:
    """Return what a JSON text says.

    Raises:
        HTTPException: it is none; the message tells what is wrong with it.
    """
    try:
        # `json` would guess at UTF-16 and UTF-32, which those in front of us would not read.
        read = text if isinstance(text, str) else text.decode("utf-8-sig")
        return _JSON.decode(read)
    except json.JSONDecodeError as error:
        wrong = error.msg.removesuffix(" at")
        where = f"line {error.lineno}, column {error.colno}"
        raise HTTPException(400, f"{what} is not JSON: {wrong} at {where}.") from error
    except RecursionError as error:
        raise HTTPException(400, f"{what} is JSON that is nested too deep.") from error
    except ValueError as error:
        # Bytes that are no UTF-8, NaN, and whole numbers of thousands of digits.
        told = f"{what} is not JSON: it has a number or a character that JSON has not."
        raise HTTPException(400, told) from error


def _no_number(name: str) -> object:
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_no_number)


_PARTS = {
    "query": (str, "a string"),
    DOCUMENT_ID: (str, "a string"),
    "operationName": (str, "a string"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
}


def check_parts(operation: object, where: str) -> dict[str, Any]:
    """Return an operation as a request says it, with parts of the right types.

    Args:
        operation: what the JSON says.
        where: such as ``The request``.

    Raises:
        HTTPException: something is missing or of another type.
    """
    if not isinstance(operation, dict):
        raise HTTPException(400, f"{where} has to be a JSON object, not {_kind(operation)}.")
    for name, (kind, told) in _PARTS.items():
        if (value := operation.get(name)) is not None and not isinstance(value, kind):
            raise HTTPException(400, f"`{name}` has to be {told}, not {_kind(value)}.")
    by_hash = "persistedQuery" in (operation.get("extensions") or {})
    if not (operation.get("query") or operation.get(DOCUMENT_ID) or by_hash):
        told = f'{where} has no `query`. Send one: {{"query": "{{ store {{ articleCount }} }}"}}'
        raise HTTPException(400, told)
    return operation


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"


def told(data: object) -> bytes:
    """Say an answer as JSON in UTF-8, rather than in escapes.

    Half a surrogate, which a client can send in an escape, goes back as one.
    """
    if isinstance(data, dict) and isinstance(found := data.get("data"), Spliced):
        return whole(found.json, told(data.get("extensions", {})))
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def refused(error: HTTPException, accept: str | None) -> Response:
    """Return the answer to a request that is none of GraphQL over HTTP."""
    status = error.status_code
    code = _CODES.get(status, HTTPStatus(status).name)
    body = {"errors": [{"message": error.reason, "extensions": {"code": code}}]}
    headers = {"Vary": "Accept"}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, POST"
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # Else the server would go on reading what nobody wants.
        headers["Connection"] = "close"
    return Response(told(body), status, headers, answer_type(accept) or JSON)


def status_of(answer: Mapping[str, Any], media_type: str, method: str) -> int:
    """Return the status of an answer.

    Args:
        answer: a well-formed GraphQL response.
        media_type: what it is told in. ``application/json`` says 200 also of an operation
            that was not run: clients of its time take another status for a broken server.
        method: the request's.
    """
    if "data" in answer:
        return 200
    codes = [one.get("extensions", {}).get("code") for one in answer.get("errors", ())]
    if method == "GET" and NOT_ALLOWED in codes:
        return 405
    return 400 if media_type == GRAPHQL else 200
