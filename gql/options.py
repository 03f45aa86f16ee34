"""Limits and switches of the GraphQL endpoint, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """Limits on requests. `docs/security.md` lists the errors of requests that exceed them.

    Attributes:
        max_cost: maximum number of objects that an operation may be able to return.
        max_depth: maximum nesting depth of fields. The store follows at most 40 edges in a
            row, which are 121 nested fields.
        max_aliases: maximum number of aliased fields in a document.
        max_fields: maximum number of fields and fragments in a document, each fragment counted
            wherever it is spread.
        max_tokens: maximum number of lexical tokens in a document.
        max_document_characters: maximum length of a document, including comments.
        max_body_bytes: maximum size of a request body, a query string or a WebSocket message.
        max_batch: maximum number of operations in a request; 1 disables batching.
        operation_seconds: maximum duration of an operation.
        response_bytes: maximum size of an operation's result.
        send_seconds: how long a subscriber may leave a message unread before it is disconnected.
        introspection: whether clients may query the schema.
        persisted_bytes: memory for automatic persisted queries; 0 disables them.
        trusted_documents: texts of trusted documents by their SHA-256 in hexadecimal.
        trusted_only: whether only trusted documents are executed.
        cors_origins: origins whose pages may use the endpoint from a browser; ``*`` allows all.
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


DEFAULT_OPTIONS = Options()
