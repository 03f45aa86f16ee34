"""Strawberry types, inputs and root fields: what the SDL shows."""
