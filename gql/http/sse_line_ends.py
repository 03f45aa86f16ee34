"""Server-sent events (WHATWG HTML, section 9.2) for clients that only parse line feeds."""

from __future__ import annotations

from strawberry.http.streaming import SSETransport


class LineFeedSSETransport(SSETransport):
    """Strawberry's event stream with line feeds, the only line ends that urql's parser knows."""

    def encode_event(self, event: str, data: str | None = None) -> str:
        """Encode an event."""
        return f"event: {event}\ndata: {data or ''}\n\n"

    def encode_comment(self, comment: str) -> str:
        """Encode a comment, which keeps the connection alive."""
        return f": {comment}\n\n"
