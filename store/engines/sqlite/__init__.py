"""The SQLite engine: reader and writer connections in threads, cancellation, error translation."""
