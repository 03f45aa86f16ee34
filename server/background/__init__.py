"""Work that a server does besides requests: how it is repeated, and which process does it."""
