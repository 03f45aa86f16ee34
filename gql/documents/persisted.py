"""Documents requested by their SHA-256: automatic persisted queries and trusted documents.

Automatic persisted queries are Apollo's protocol: a client sends the hash alone and, if the
server does not know it, once more with the text. Trusted documents are configured at the start;
they are requested by the same hash, or by ``documentId`` (GraphQL over HTTP, appendix Persisted
Documents). A client cannot tell the two kinds apart.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from newsgraph.gql.request_errors import BAD_REQUEST, request_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.gql.options import Options

DOCUMENT_ID_KEY = "documentId"
"""The request parameter with a document's id."""

INTERNAL_DOCUMENT_ID_KEY = "@documentId"
"""The key under which that parameter is passed on in the extensions. It differs from the
parameter's name because clients may have an extension of that name."""

_ENTRY_BYTES = 300
"""Estimated memory of a registered document in addition to its text: its hash and cache entry."""

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


def sha256(text: str) -> str:
    """Return the SHA-256 of a document's text in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class RequestedDocument:
    """The document that a request asks to run.

    Attributes:
        text: source text of the document.
        hash_to_register: SHA-256 under which the client asks to register the text; None if it
            does not, or if the text is registered already.
    """

    text: str
    hash_to_register: str | None = None


class PersistedDocuments:
    """Trusted documents and automatic persisted queries by their SHA-256.

    Args:
        options: the trusted documents, whether others may run, and the memory for automatic
            persisted queries.
    """

    def __init__(self, options: Options) -> None:
        self._trusted, self._trusted_only = options.trusted_documents, options.trusted_only
        self._max_bytes = options.persisted_bytes
        self._registered: LRUCache[str, str] = LRUCache(
            self._max_bytes, getsizeof=lambda text: _ENTRY_BYTES + sys.getsizeof(text)
        )

    def resolve(self, text: str | None, extensions: Mapping[str, Any]) -> RequestedDocument:
        """Return the document that a request asks to run.

        Args:
            text: source text of the document, if the request contains it.
            extensions: the request's extensions, which may contain the hash.

        Raises:
            GraphQLError: the document is unknown or not allowed, or its text and its hash
                contradict each other.
        """
        document = self._find_document(text or None, extensions)
        if self._trusted_only and sha256(document.text) not in self._trusted:
            raise _untrusted_document_error()
        return document

    def register(self, document: RequestedDocument) -> None:
        """Store the text of a validated document under its hash, if its client asked for it."""
        if document.hash_to_register is not None:
            try:
                self._registered[document.hash_to_register] = document.text
            except ValueError:
                # Larger than the complete cache: the client has to send the text each time.
                return

    def _find_document(self, text: str | None, extensions: Mapping[str, Any]) -> RequestedDocument:
        if (document_id := extensions.get(INTERNAL_DOCUMENT_ID_KEY)) is not None:
            return RequestedDocument(self._text_by_id(text, document_id))
        if (persisted_query := extensions.get("persistedQuery")) is not None:
            return self._resolve_persisted_query(text, persisted_query)
        if text is None:
            raise request_error("There is no `query` in the request.", BAD_REQUEST)
        return RequestedDocument(text)

    def _text_by_id(self, text: str | None, document_id: object) -> str:
        if not isinstance(document_id, str) or not _SHA256_HEX.fullmatch(
            digest := document_id.removeprefix("sha256:").lower()
        ):
            message = "`documentId` has to be `sha256:` and 64 hexadecimal digits."
            raise request_error(message, BAD_REQUEST)
        if text is not None:
            message = "Give a `documentId` or a `query`, not both."
            raise request_error(message, BAD_REQUEST)
        document_text = self.get_by_hash(digest)
        if document_text is None:
            if self._trusted_only:
                raise _untrusted_document_error()
            message = f"No document is known by the id 'sha256:{digest}'; send its text as `query`."
            raise request_error(message, "DOCUMENT_NOT_FOUND")
        return document_text

    def _resolve_persisted_query(
        self, text: str | None, persisted_query: object
    ) -> RequestedDocument:
        """Follow Apollo's protocol, with its exact messages, which its clients compare."""
        if not isinstance(persisted_query, dict) or persisted_query.get("version") != 1:
            raise request_error("`persistedQuery.version` has to be 1.", BAD_REQUEST)
        digest = persisted_query.get("sha256Hash")
        if not isinstance(digest, str) or not _SHA256_HEX.fullmatch(digest.lower()):
            message = "`persistedQuery.sha256Hash` has to be 64 hexadecimal digits."
            raise request_error(message, BAD_REQUEST)
        digest = digest.lower()
        if text is None:
            if (document_text := self.get_by_hash(digest)) is not None:
                return RequestedDocument(document_text)
            if self._trusted_only:
                raise _untrusted_document_error()
            if not self._max_bytes:
                raise request_error("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
            raise request_error("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        if sha256(text) != digest:
            message = "`persistedQuery.sha256Hash` is not the SHA-256 of `query`."
            raise request_error(message, BAD_REQUEST)
        can_register = self._max_bytes and digest not in self._registered
        return RequestedDocument(text, digest if can_register else None)

    def get_by_hash(self, digest: str) -> str | None:
        """Return the text of the trusted or registered document with a SHA-256, or None."""
        return self._trusted.get(digest) or self._registered.get(digest)


def _untrusted_document_error() -> Exception:
    message = (
        "This server runs only trusted documents, which are configured at its start, and this "
        "document is not one of them. The server's operator can add it."
    )
    return request_error(message, "UNTRUSTED_DOCUMENT")
