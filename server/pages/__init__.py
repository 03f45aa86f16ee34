"""Pages for people: what there is, where it leads, and how to subscribe to it."""

from newsgraph.server.pages.routes import Pages

__all__ = ["Pages"]
