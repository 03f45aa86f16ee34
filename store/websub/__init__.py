"""Stores WebSub requests, subscriptions, leases and publish state."""
