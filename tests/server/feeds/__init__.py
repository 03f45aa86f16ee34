"""Tests of the feeds' addresses."""
