"""A WebSub hub (https://www.w3.org/TR/websub/) for this site's feeds, and a publisher."""
