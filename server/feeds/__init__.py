"""The addresses of feeds: what they are of, which part of it is told, and in which form."""

from newsgraph.server.feeds.routes import Feeds

__all__ = ["Feeds"]
