"""Other GraphQL servers for the same rows, each as fast as we can configure it."""
