"""Alembic's migrations. Until the first release there is one, which CONTRIBUTING.md explains."""
