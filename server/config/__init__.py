"""Settings: newsgraph.toml, environment variables and options, read in this package only."""
