"""Tests of pages and GraphiQL in a real browser."""
