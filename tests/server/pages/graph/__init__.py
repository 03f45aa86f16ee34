"""Tests of `server.pages.graph`."""
