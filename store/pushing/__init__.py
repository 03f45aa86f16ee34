"""What is kept of feeds that are pushed (WebSub): requests, subscriptions, claims, pings."""
