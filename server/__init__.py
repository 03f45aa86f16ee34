"""The running server: settings, application, feeds, pages and commands."""
