"""The picture of a story's coverage: who links to whom, as SVG."""
