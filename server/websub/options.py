"""Which hub feeds announce, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OWN: Final = "own"
NONE: Final = "none"

PATH: Final = "/hub"
"""Where our own hub is, below the site."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HubOptions:
    """Switches of the hub.

    Attributes:
        hub: ``own``, ``none``, or the address of a hub elsewhere.
        private_addresses: whether callbacks may be in a private network, or on this machine.
    """

    hub: str = OWN
    private_addresses: bool = False

    @property
    def elsewhere(self) -> str | None:
        """The address of a hub elsewhere, or None."""
        return None if self.hub in (OWN, NONE) else self.hub


HUB = HubOptions()


def hub_address(options: HubOptions, site: str) -> str | None:
    """Return the address of the hub that feeds announce, or None where there is none.

    Args:
        options: which hub.
        site: what addresses of our own begin with; no slash at the end.
    """
    return f"{site}{PATH}" if options.hub == OWN else options.elsewhere
