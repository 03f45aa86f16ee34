"""Other people's clients, held against the graph."""
