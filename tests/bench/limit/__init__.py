"""The limit: a bare ASGI application that runs hand-written SQL."""
