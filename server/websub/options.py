"""Options of the hub, and the hub URL that feeds announce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INTERNAL_HUB: Final = "own"
NO_HUB: Final = "none"
"""Special values of the setting ``hub``; all others are the URL of an external hub."""

HUB_PATH: Final = "/hub"
"""Path of the internal hub, below the site's base URL."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HubOptions:
    """Options of the WebSub hub.

    Attributes:
        hub: ``own`` for the internal hub, ``none``, or the URL of an external hub.
        private_addresses: whether callbacks may be in a private network or on this machine.
    """

    hub: str = INTERNAL_HUB
    private_addresses: bool = False

    @property
    def external_url(self) -> str | None:
        """The URL of the external hub, or None if there is none."""
        return None if self.hub in (INTERNAL_HUB, NO_HUB) else self.hub


DEFAULT_HUB_OPTIONS = HubOptions()


def announced_hub_url(options: HubOptions, site_url: str) -> str | None:
    """Return the URL of the hub that feeds announce, or None if there is no hub.

    Args:
        options: options of the hub.
        site_url: base URL of the site, without a trailing slash.
    """
    return f"{site_url}{HUB_PATH}" if options.hub == INTERNAL_HUB else options.external_url
