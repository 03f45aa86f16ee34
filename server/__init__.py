"""What exists because a process runs: settings, application, pages and commands."""
