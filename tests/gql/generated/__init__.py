"""Generates operations from the schema with hypothesis, and a store to execute them on."""
