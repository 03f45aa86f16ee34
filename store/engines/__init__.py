"""Database engines behind one protocol."""
