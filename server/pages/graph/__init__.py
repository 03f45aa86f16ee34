"""The graph on an article's page: the articles that it links to and that link to it, as SVG."""
