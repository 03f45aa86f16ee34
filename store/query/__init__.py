"""Compiles a `Selection` to one SQL statement whose result is JSON."""
