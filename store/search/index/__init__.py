"""An inverted index of roaring bitmaps (https://roaringbitmap.org), cut into segments. Pure.

A segment has up to some thousands of articles, numbered in their order by date, and a posting for
each term: the numbers of the articles that have it, and its positions. A segment never changes:
an article that does gets into a new one.
"""
