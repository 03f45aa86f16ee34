"""GraphQL over HTTP: validates requests and builds responses.

https://graphql.github.io/graphql-over-http/draft/
"""

from __future__ import annotations

import json
from email.message import Message as EmailMessage
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cross_web import HTTPException
from starlette.responses import Response

from newsgraph.gql.documents.persisted import DOCUMENT_ID_KEY
from newsgraph.gql.execution.raw_json import encode_json
from newsgraph.gql.request_errors import BAD_REQUEST, METHOD_NOT_ALLOWED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Receive, Scope

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"

REVISION_KEY = "newsgraph.revision"
"""The scope extension with the revision of the store that a complete, error-free response was
read at."""

_ERROR_CODES = {
    400: BAD_REQUEST,
    404: "NOT_FOUND",
    405: METHOD_NOT_ALLOWED,
    406: "NOT_ACCEPTABLE",
    413: "PAYLOAD_TOO_LARGE",
    414: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


def negotiate_media_type(accept: str | None) -> str | None:
    """Return the media type of the response, or None if the client accepts neither.

    If the client accepts both with the same quality, the newer type is used only if the header
    names it: a client that accepts anything gets ``application/json``.

    Args:
        accept: the request's Accept header (RFC 9110 section 12.5.1).
    """
    if not (accept or "").strip():
        return JSON
    ranges = dict(_parse_media_range(part) for part in (accept or "").split(","))
    qualities = {
        media_type: next(
            (ranges[name] for name in (media_type, "application/*", "*/*") if name in ranges), 0.0
        )
        for media_type in (JSON, GRAPHQL_RESPONSE)
    }
    best = max(qualities.values())
    if best <= 0:
        return None
    prefers_newer = qualities[GRAPHQL_RESPONSE] == best and (
        GRAPHQL_RESPONSE in ranges or qualities[JSON] < best
    )
    return GRAPHQL_RESPONSE if prefers_newer else JSON


def _parse_media_range(media_range: str) -> tuple[str, float]:
    """Return the media type and the quality of one element of an Accept header."""
    name, *parameters = (part.strip().lower() for part in media_range.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def lists_media_type(accept: str | None, media_type: str) -> bool:
    """Return whether an Accept header contains a media type itself, not only a wildcard."""
    return any(_parse_media_range(part)[0] == media_type for part in (accept or "").split(","))


def prefers_event_stream(accept: str | None) -> bool:
    """Return whether a client prefers an event stream to JSON; some list it last, after JSON."""
    ranges = dict(_parse_media_range(part) for part in (accept or "").split(","))
    json_quality = max(ranges.get(JSON, 0.0), ranges.get(GRAPHQL_RESPONSE, 0.0))
    return ranges.get(EVENT_STREAM, 0.0) > json_quality


def check_body_headers(headers: Mapping[str, str], max_bytes: int) -> None:
    """Check the headers of a request's body: its type, encoding and length.

    A page of another site can make a user's browser send forms and plain text, but no JSON,
    unless CORS allows that site to.

    Args:
        headers: the request's headers.
        max_bytes: maximum length of a body.

    Raises:
        HTTPException: the body is not JSON, or it is too long.
    """
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON or _parse_charset(headers["content-type"]) not in ("", "utf-8", "utf8"):
        message = f"Send the request as JSON in UTF-8, with the header `Content-Type: {JSON}`."
        raise HTTPException(415, message)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Send the request without a Content-Encoding.")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes * _DRAIN_FACTOR:
        raise _body_too_long_error(max_bytes)


def _parse_charset(content_type: str) -> str:
    """Return the charset of a Content-Type header; its other parameters are ignored."""
    message = EmailMessage()
    message["Content-Type"] = content_type
    return str(message.get_content_charset(""))


_DRAIN_FACTOR = 20
"""Multiple of the maximum length up to which a body is read and discarded: a client whose
connection is closed while it sends does not read the response."""


def limit_body(receive: Receive, max_bytes: int) -> Receive:
    """Return an ASGI `receive` that raises an HTTPException if a body is too long."""
    length = 0

    async def receive_limited() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length <= max_bytes:
            return message
        while message.get("more_body") and length <= max_bytes * _DRAIN_FACTOR:
            message = await receive()
            length += len(message.get("body", b""))
        raise _body_too_long_error(max_bytes)

    return receive_limited


def _body_too_long_error(max_bytes: int) -> HTTPException:
    message = (
        f"The request's body is longer than the {max_bytes} bytes that are allowed "
        "(max_body_bytes)."
    )
    return HTTPException(413, message)


def parse_json(text: str | bytes, source: str) -> object:
    """Return the value of a JSON text.

    Args:
        text: JSON, in UTF-8 if it is bytes.
        source: where the text is from, as the subject of the error message, such as
            ``The request's body``.

    Raises:
        HTTPException: it is not valid JSON; the message says what is wrong and where.
    """
    try:
        # `json.loads` would detect UTF-16 and UTF-32, which proxies in front of the server
        # would not decode.
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
        return _JSON_DECODER.decode(decoded)
    except json.JSONDecodeError as error:
        problem = error.msg.removesuffix(" at")
        position = f"line {error.lineno}, column {error.colno}"
        raise HTTPException(400, f"{source} is not JSON: {problem} at {position}.") from error
    except RecursionError as error:
        raise HTTPException(400, f"{source} is JSON that is nested too deep.") from error
    except ValueError as error:
        # Invalid UTF-8, NaN, or an integer of thousands of digits.
        message = f"{source} is not JSON: it has a number or a character that JSON does not allow."
        raise HTTPException(400, message) from error


def _reject_constant(name: str) -> object:
    raise ValueError(name)


_JSON_DECODER = json.JSONDecoder(parse_constant=_reject_constant)


_REQUEST_PARAMETERS = {
    "query": (str, "a string"),
    DOCUMENT_ID_KEY: (str, "a string"),
    "operationName": (str, "a string"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
}
"""The parameters of a request: their Python type, and its name in error messages."""


def check_request_parameters(parameters: object, source: str) -> dict[str, Any]:
    """Return the parameters of a request after checking their types.

    Args:
        parameters: the parsed JSON of the request.
        source: the subject of error messages, such as ``The request``.

    Raises:
        HTTPException: a parameter is missing or of another type.
    """
    if not isinstance(parameters, dict):
        message = f"{source} has to be a JSON object, not {_json_type_name(parameters)}."
        raise HTTPException(400, message)
    for name, (type_, type_name) in _REQUEST_PARAMETERS.items():
        if (value := parameters.get(name)) is not None and not isinstance(value, type_):
            message = f"`{name}` has to be {type_name}, not {_json_type_name(value)}."
            raise HTTPException(400, message)
    has_hash = "persistedQuery" in (parameters.get("extensions") or {})
    if not (parameters.get("query") or parameters.get(DOCUMENT_ID_KEY) or has_hash):
        message = (
            f'{source} has no `query`. Send one: {{"query": "{{ store {{ articleCount }} }}"}}'
        )
        raise HTTPException(400, message)
    return parameters


def _json_type_name(value: object) -> str:
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


def error_response(error: HTTPException, accept: str | None) -> Response:
    """Return the response to a request that is not a valid GraphQL over HTTP request."""
    status = error.status_code
    code = _ERROR_CODES.get(status, HTTPStatus(status).name)
    body = {"errors": [{"message": error.reason, "extensions": {"code": code}}]}
    headers = {"Vary": "Accept"}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, POST"
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # Otherwise the server would go on reading the rest of the body.
        headers["Connection"] = "close"
    return Response(encode_json(body), status, headers, negotiate_media_type(accept) or JSON)


def unavailable_response(scope: Scope, message: str) -> Response:
    """Return the 503 response to a request that a stopping server does not finish.

    It is a GraphQL error for requests to the GraphQL endpoint, and plain text for others.
    """
    headers = {"Retry-After": "1", "Cache-Control": "no-store"}
    if not scope["path"].endswith("/graphql"):
        return Response(f"{message}\n", 503, headers, "text/plain")
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    body = {"errors": [{"message": message, "extensions": {"code": "UNAVAILABLE"}}]}
    media_type = negotiate_media_type(accept.decode("latin-1") or None) or JSON
    return Response(encode_json(body), 503, headers, media_type)


def response_status(response: Mapping[str, Any], media_type: str, method: str) -> int:
    """Return the HTTP status of a GraphQL response.

    Args:
        response: a well-formed GraphQL response.
        media_type: media type of the response. With ``application/json`` the status is 200 even
            if the operation was not run: older clients take another status for a server error.
        method: the request's method.
    """
    if "data" in response:
        return 200
    codes = [error.get("extensions", {}).get("code") for error in response.get("errors", ())]
    if method == "GET" and METHOD_NOT_ALLOWED in codes:
        return 405
    return 400 if media_type == GRAPHQL_RESPONSE else 200
