"""Answers as bytes: the database's JSON goes out as it is, neither parsed nor completed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.store.query.selection import Constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.gql.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Spliced:
    """The `data` of a GraphQL answer, whole and without errors.

    Attributes:
        json: an object, in UTF-8.
        revision: the store's when it was read.
    """

    json: bytes
    revision: int


def pieces(planned: Plan) -> tuple[bytes | None, ...]:
    """Return the fields of `data` that are known beforehand, and None for the store's."""
    return tuple(
        b'"%b":"%b"' % (one.key.encode(), one.value.encode()) if isinstance(one, Constant) else None
        for one in planned.roots.values()
    )


def data_of(known: Sequence[bytes | None], answers: Sequence[bytes]) -> bytes:
    """Return the `data` of an answer.

    Args:
        known: as `pieces` gives it.
        answers: the store's, each an object with the key of one field.
    """
    if len(answers) == len(known) == 1:
        return answers[0]
    found = iter(answers)
    return b"{%b}" % b",".join(next(found)[1:-1] if one is None else one for one in known)


def whole(data: bytes, extensions: bytes) -> bytes:
    """Return a whole answer.

    Args:
        data: its `data`, as JSON.
        extensions: the same of its `extensions`.
    """
    return b'{"data":%b,"extensions":%b}' % (data, extensions)


def passed(planned: Plan) -> dict[int, bytes]:
    """Return by a root field's place the answer that means that its cursor's time has passed."""
    return {
        place: b'{"%b":null}' % key.encode()
        for place, key in enumerate(planned.selections)
        if key in planned.passed
    }
