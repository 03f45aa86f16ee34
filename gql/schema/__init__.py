"""Strawberry types, inputs and root fields: the public schema in code."""
