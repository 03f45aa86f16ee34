"""Paths of pages of the seeds, one of each kind."""

STORY = "2021-03-12-facebook-will-train-its-ai-by-using-public-videos"
PAGES = [
    "/",
    "/articles",
    "/topics",
    "/providers",
    "/topics/ai",
    "/providers/cnet.com",
    "/providers/venturebeat.com",
    f"/articles/{STORY}",
    "/subscribe/topics/ai",
    "/search",
    "/search?q=facebook&topic=ai",
    "/search?q=nothing-like-this",
    "/diagnostics",
    "/articles/nothing-here",
]
