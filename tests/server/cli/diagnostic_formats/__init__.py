"""Tests of `server.cli.diagnostic_formats`."""
