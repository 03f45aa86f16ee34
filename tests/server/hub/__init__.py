"""Tests of `server.hub`."""
