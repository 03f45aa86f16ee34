"""From a document's body to the HTML that pages, feeds and the graph serve."""
