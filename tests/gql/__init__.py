"""Tests of the GraphQL schema and endpoint."""
