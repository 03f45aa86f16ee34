"""Response cache, ETags, conditional requests and compression."""
