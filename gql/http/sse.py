"""Event streams (WHATWG HTML, section 9.2), for readers that know one kind of line end only."""

from __future__ import annotations

from strawberry.http.streaming import SSETransport


class Events(SSETransport):
    """Strawberry's event stream with line feeds: urql's reader looks for nothing else."""

    def encode_event(self, event: str, data: str | None = None) -> str:
        """Write an event."""
        return f"event: {event}\ndata: {data or ''}\n\n"

    def encode_comment(self, comment: str) -> str:
        """Write what keeps the connection alive."""
        return f": {comment}\n\n"
