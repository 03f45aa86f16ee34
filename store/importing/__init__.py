"""Imports folders: scans files, compares them with the store, writes one transaction."""
