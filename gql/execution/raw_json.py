"""Responses as bytes: JSON from the database is sent as it is, neither parsed nor completed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.store.query.selection import Constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.gql.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class RawData:
    """The complete, error-free `data` of a GraphQL response as JSON.

    Attributes:
        json: a JSON object in UTF-8.
        revision: revision of the store that it was read at.
    """

    json: bytes
    revision: int


def data_template(plan: Plan) -> tuple[bytes | None, ...]:
    """Return the root fields of `data` in order: JSON of constants, None for the store's results.

    Args:
        plan: an operation whose result is the store's (`Plan.is_passthrough`).
    """
    return tuple(
        b'"%b":"%b"' % (field.key.encode(), field.value.encode())
        if isinstance(field, Constant)
        else None
        for field in plan.root_fields.values()
    )


def build_data(template: Sequence[bytes | None], results: Sequence[bytes]) -> bytes:
    """Return the `data` of a response as a JSON object.

    Args:
        template: the root fields, as returned by `data_template`.
        results: one JSON object with a single key for each None of the template, in its order.
    """
    if len(results) == len(template) == 1:
        return results[0]
    remaining = iter(results)
    return b"{%b}" % b",".join(
        next(remaining)[1:-1] if field is None else field for field in template
    )


def build_response(data: bytes, extensions_json: bytes) -> bytes:
    """Return a complete response as JSON.

    Args:
        data: its `data` as JSON.
        extensions_json: its `extensions` as JSON.
    """
    return b'{"data":%b,"extensions":%b}' % (data, extensions_json)


def encode_json(data: object) -> bytes:
    r"""Return a response, or a batch of them, as JSON in UTF-8 without ``\u`` escapes.

    Half a surrogate pair, which a client can send as an escape, is escaped again.
    """
    if isinstance(data, dict) and isinstance(raw_data := data.get("data"), RawData):
        return build_response(raw_data.json, encode_json(data.get("extensions", {})))
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def expired_results(plan: Plan) -> dict[int, bytes]:
    """Return, by the index of a store result, the JSON that means an expired cursor or token."""
    return {
        index: b'{"%b":null}' % key.encode()
        for index, key in enumerate(plan.selections)
        if key in plan.expired_errors
    }
