"""Tests of `server.background`."""
