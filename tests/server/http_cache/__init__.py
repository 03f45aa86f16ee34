"""Tests of `server.http_cache`."""
