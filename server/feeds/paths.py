"""The paths of feeds, and of the pages about them."""

from __future__ import annotations

from typing import Final

FEED_PATHS: Final = (
    "all",
    "search",
    "topics/{topics}/providers/{providers:path}",
    "topics/{topics:path}",
    "providers/{providers:path}",
)
"""Below ``/feeds/``. A name may contain dots; only the last one starts the format suffix."""
