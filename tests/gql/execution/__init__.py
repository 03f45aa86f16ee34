"""Tests of `gql.execution`."""
