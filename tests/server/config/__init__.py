"""Tests of `server.config`."""
