"""Request headers of programs that read feeds, and of browsers, as these send them."""

from __future__ import annotations

CHROME = (
    "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/16.3 Safari/605.1.15"
)

ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, "
    "application/unknown;q=0.1, */*;q=0.1"
)
ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def fetch_metadata(dest: str, mode: str, site: str = "cross-site", **headers: str):
    """Return headers of a browser's request, by what it is for (Fetch Metadata)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Sec-Fetch-Dest": dest, "Sec-Fetch-Mode": mode, "Sec-Fetch-Site": site} | named


PROGRAMS = {
    "newsboat": {
        "User-Agent": "newsboat/2.21.0 (Linux 6.1.0; x86_64)",
        "Accept-Encoding": "gzip, deflate",
        "A-IM": "feed",
    },
    "sfeed, with curl": {"User-Agent": "curl/7.88.1", "Accept": "*/*"},
    "FreshRSS": {
        "User-Agent": "FreshRSS/1.24.3 (Linux; https://freshrss.org)",
        "Accept": ACCEPT_FEED,
    },
    "Miniflux": {
        "User-Agent": "Mozilla/5.0 (compatible; Miniflux/2.2.0; +https://miniflux.app)",
        "Accept": "application/xml, application/atom+xml, application/rss+xml, "
        "application/rdf+xml, application/feed+json, text/html, */*;q=0.9",
        "Connection": "close",
    },
    "Feedly": {
        "User-Agent": "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; "
        "like FeedFetcher-Google)",
        "Accept": "*/*",
    },
    "Inoreader": {
        "User-Agent": "Mozilla/5.0 (compatible; inoreader.com-like FeedFetcher-Google)",
        "Accept": "*/*",
    },
    "NewsBlur": {
        "User-Agent": "NewsBlur Feed Fetcher - 5 subscribers - https://www.newsblur.com/site/1/x "
        f"({SAFARI})",
        "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.8, "
        "text/xml;q=0.6, */*;q=0.2",
    },
    "NetNewsWire": {"User-Agent": "NetNewsWire (RSS Reader; https://netnewswire.com/)"},
    "Thunderbird": {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4",
        "Accept": ACCEPT_PAGE,
        # It fetches feeds with XMLHttpRequest.
        **fetch_metadata("empty", "cors"),
    },
    "Liferea": {
        "User-Agent": "Liferea/1.12.6 (Linux; https://lzone.de/liferea/) AppleWebKit "
        "(KHTML, like Gecko)",
        "Accept": "application/atom+xml,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.7",
    },
    "rss2email and feedparser": {
        "User-Agent": "feedparser/6.0.10 +https://github.com/kurtmckee/feedparser/",
        "Accept": "application/atom+xml,application/rdf+xml,application/rss+xml,"
        "application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
        "A-IM": "feed",
    },
    "a browser without these headers": {"User-Agent": SAFARI, "Accept": ACCEPT_PAGE},
    "fetch() of a page of another origin": {
        "User-Agent": CHROME,
        "Accept": "*/*",
        "Origin": "https://reader.example",
        **fetch_metadata("empty", "cors"),
    },
    "fetch() with no-cors": {"User-Agent": FIREFOX, **fetch_metadata("empty", "no-cors")},
    "Node.js's fetch()": {
        "User-Agent": "node",
        "Accept": "*/*",
        "Accept-Language": "*",
        "Sec-Fetch-Mode": "cors",
    },
    "a service worker's fetch()": {
        "User-Agent": CHROME,
        **fetch_metadata("empty", "cors", "same-origin"),
    },
    "a service worker's script": {
        "User-Agent": CHROME,
        "Service-Worker": "script",
        **fetch_metadata("serviceworker", "same-origin", "same-origin"),
    },
    "a frame": {
        "User-Agent": CHROME,
        "Accept": ACCEPT_PAGE,
        **fetch_metadata("iframe", "navigate"),
    },
    "an object element": {"User-Agent": CHROME, **fetch_metadata("object", "navigate")},
    "link rel=prefetch": {
        "User-Agent": CHROME,
        **fetch_metadata("empty", "no-cors", "same-origin", Sec_Purpose="prefetch"),
    },
    "an image": {"User-Agent": FIREFOX, **fetch_metadata("image", "no-cors")},
    "one header of two": {"User-Agent": CHROME, "Sec-Fetch-Dest": "document"},
    "the other header": {"User-Agent": CHROME, "Sec-Fetch-Mode": "navigate"},
}
"""Requests that get the feed. Names and Accept headers are those of logs and of source code."""

NAVIGATIONS = {
    "an address that is typed": {
        "User-Agent": FIREFOX,
        "Accept": ACCEPT_PAGE,
        **fetch_metadata("document", "navigate", "none", Sec_Fetch_User="?1"),
    },
    "a link on a page of this site": {
        "User-Agent": CHROME,
        "Accept": ACCEPT_PAGE,
        **fetch_metadata("document", "navigate", "same-origin", Sec_Fetch_User="?1"),
    },
    "a reload": {
        "User-Agent": CHROME,
        "Cache-Control": "max-age=0",
        **fetch_metadata("document", "navigate", "same-origin"),
    },
    "a speculative navigation": {
        "User-Agent": CHROME,
        **fetch_metadata("document", "navigate", "same-origin", Sec_Purpose="prefetch"),
    },
}
"""Requests of browsers that open an address in a tab."""
