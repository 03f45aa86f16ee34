"""Tests of the graph on an article's page."""
