"""From folders to rows: what changed, in one transaction."""
