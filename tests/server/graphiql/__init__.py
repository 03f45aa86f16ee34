"""Tests of `server.graphiql`."""
