"""Parses and validates documents; persisted queries and size limits."""
