"""Tests of `server.runtime`."""
