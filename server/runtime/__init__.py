"""Runs the application: sockets, uvicorn, signals and worker processes."""
