"""Tests of the feeds over HTTP."""
