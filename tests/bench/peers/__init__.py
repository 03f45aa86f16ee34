"""Other ways to serve the same rows, each as good as we can write it."""
