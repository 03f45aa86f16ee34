"""Runs the command ``newsgraph``: ``python -m newsgraph``."""

from newsgraph.server.cli.main import main

if __name__ == "__main__":
    main()
