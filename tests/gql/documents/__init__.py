"""Tests of `gql.documents`."""
