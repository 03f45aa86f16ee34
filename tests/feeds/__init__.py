"""Tests of ``feeds/``."""
