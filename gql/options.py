"""Limits and switches of the graph's door, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What clients may do. `docs/security.md` says what they see where they may not.

    Attributes:
        max_cost: how many objects an operation may be able to return.
        max_depth: how deep fields may be nested. Forty edges in a row, the most that the
            store answers, are 121 fields deep.
        max_aliases: how many fields of a document may have an alias.
        max_fields: how many fields and fragments a document may have, its fragments
            written out.
        max_tokens: how many words and signs a document may have.
        max_document_characters: how long a document may be, comments included.
        max_body_bytes: how long a request's body, its query string or a WebSocket's message
            may be.
        max_batch: how many operations a request may carry; 1 turns batching off.
        operation_seconds: how long an operation may take.
        response_bytes: how long an operation's answer may be.
        send_seconds: how long a subscriber may leave a message unread before it is cut.
        introspection: whether clients may read the schema.
        persisted_bytes: how much memory automatic persisted queries take; 0 turns them off.
        trusted_documents: texts of documents by their SHA-256, in hexadecimal.
        trusted_only: whether all other documents are refused.
        cors_origins: whose pages may use the graph from a browser; ``*`` is everybody's.
    """

    max_cost: int = 50_000
    max_depth: int = 125
    max_aliases: int = 1_000
    max_fields: int = 5_000
    max_tokens: int = 10_000
    max_document_characters: int = 100_000
    max_body_bytes: int = 1_000_000
    max_batch: int = 10
    operation_seconds: float = 10.0
    response_bytes: int = 10_000_000
    send_seconds: float = 10.0
    introspection: bool = True
    persisted_bytes: int = 1_000_000
    trusted_documents: Mapping[str, str] = field(default_factory=dict)
    trusted_only: bool = False
    cors_origins: tuple[str, ...] = ()


DEFAULTS = Options()
