"""Feeds over HTTP: which articles a URL selects, which page of them, and in which format."""

from newsgraph.server.feeds.routes import FeedRoutes

__all__ = ["FeedRoutes"]
