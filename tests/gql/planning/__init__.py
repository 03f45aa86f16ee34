"""Tests of `gql.planning`."""
