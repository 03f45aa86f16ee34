"""The HTML pages for readers: home, articles, topics, publishers, search and diagnostics."""

from newsgraph.server.pages.routes import Pages

__all__ = ["Pages"]
