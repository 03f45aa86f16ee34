"""What tests of several folders have in common."""

from tests.installed import newsgraph, wheel

__all__ = ["newsgraph", "wheel"]
