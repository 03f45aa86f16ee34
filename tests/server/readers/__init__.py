"""Feed readers that request the feeds of a running server, whose articles the tests edit."""
