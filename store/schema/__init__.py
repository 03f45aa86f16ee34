"""Tables and migrations, the same for every engine."""
