"""Tests of `gql.http`."""
