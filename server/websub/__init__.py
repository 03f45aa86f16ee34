"""A WebSub hub (https://www.w3.org/TR/websub/) for the feeds of this site, and a publisher."""
