"""Tests of `server.websub`."""
