"""Measurements; `make bench` runs them. They print ratios and assert nothing."""
