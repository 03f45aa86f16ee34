"""Documents that are asked for by their SHA-256: automatic persisted queries and trusted ones.

Automatic persisted queries are Apollo's protocol: a client sends the hash alone, and where
it is not known, once more with the text. Trusted documents are known from the start; they
are found by the same hash, or by ``documentId`` (GraphQL over HTTP, appendix Persisted
Documents). Who holds both cannot tell them apart.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from newsgraph.gql.request_errors import BAD_REQUEST, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.gql.options import Options

DOCUMENT_ID = "documentId"
"""The key of a request."""

OUR_DOCUMENT_ID = "@documentId"
"""What is under that key is handed on among the extensions, where a client may have its own."""

_EACH = 300
"""What a document takes beside its text: its hash, and its place among the others."""

_HASH = re.compile(r"[0-9a-f]{64}")


def sha256(text: str) -> str:
    """Return the hash by which a document's text is known."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks to run.

    Attributes:
        text: the document's.
        new_hash: its hash, where a client wants it kept under that.
    """

    text: str
    new_hash: str | None = None


class Persisted:
    """Knows documents by their hashes."""

    def __init__(self, options: Options) -> None:
        self._trusted, self._only = options.trusted_documents, options.trusted_only
        self._most = options.persisted_bytes
        self._kept: LRUCache[str, str] = LRUCache(
            self._most, getsizeof=lambda text: _EACH + sys.getsizeof(text)
        )

    def find(self, text: str | None, extensions: Mapping[str, Any]) -> Asked:
        """Return what a request asks to run.

        Args:
            text: the document's, if the request has it.
            extensions: the request's; the hash may be among them.

        Raises:
            GraphQLError: it is not known, not allowed, or said in two ways that differ.
        """
        asked = self._find(text or None, extensions)
        if self._only and sha256(asked.text) not in self._trusted:
            raise _untrusted()
        return asked

    def keep(self, asked: Asked) -> None:
        """Keep a document that has turned out to be a good one, if its client wants it kept."""
        if asked.new_hash is not None:
            try:
                self._kept[asked.new_hash] = asked.text
            except ValueError:
                # It is larger than all that is kept: it works, and is sent whole each time.
                return

    def _find(self, text: str | None, extensions: Mapping[str, Any]) -> Asked:
        if (document_id := extensions.get(OUR_DOCUMENT_ID)) is not None:
            return Asked(self._by_id(text, document_id))
        if (named := extensions.get("persistedQuery")) is not None:
            return self._automatic(text, named)
        if text is None:
            raise refusal("There is no `query` in the request.", BAD_REQUEST)
        return Asked(text)

    def _by_id(self, text: str | None, document_id: object) -> str:
        if not isinstance(document_id, str) or not _HASH.fullmatch(
            digest := document_id.removeprefix("sha256:").lower()
        ):
            told = "`documentId` has to be `sha256:` and 64 hexadecimal digits."
            raise refusal(told, BAD_REQUEST)
        if text is not None:
            told = "Give a `documentId` or a `query`, not both."
            raise refusal(told, BAD_REQUEST)
        found = self.known(digest)
        if found is None:
            if self._only:
                raise _untrusted()
            told = f"No document is known by the id 'sha256:{digest}'; send its text as `query`."
            raise refusal(told, "DOCUMENT_NOT_FOUND")
        return found

    def _automatic(self, text: str | None, named: object) -> Asked:
        """Follow Apollo's protocol, its messages included: its clients look at them."""
        if not isinstance(named, dict) or named.get("version") != 1:
            raise refusal("`persistedQuery` has to have the version 1.", BAD_REQUEST)
        digest = named.get("sha256Hash")
        if not isinstance(digest, str) or not _HASH.fullmatch(digest.lower()):
            told = "`persistedQuery.sha256Hash` has to be 64 hexadecimal digits."
            raise refusal(told, BAD_REQUEST)
        digest = digest.lower()
        if text is None:
            if (found := self.known(digest)) is not None:
                return Asked(found)
            if self._only:
                raise _untrusted()
            if not self._most:
                raise refusal("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
            raise refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        if sha256(text) != digest:
            told = "`persistedQuery.sha256Hash` is not the SHA-256 of `query`."
            raise refusal(told, BAD_REQUEST)
        return Asked(text, digest if self._most and digest not in self._kept else None)

    def known(self, digest: str) -> str | None:
        """Return the document that is known by a hash; None where there is none."""
        return self._trusted.get(digest) or self._kept.get(digest)


def _untrusted() -> Exception:
    told = (
        "This server runs only the documents that it was given at its start, and this is none "
        "of them. Whoever keeps the server can add it."
    )
    return refusal(told, "UNTRUSTED_DOCUMENT")
