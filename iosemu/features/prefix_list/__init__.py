"""Prefix lists: configuration and shows."""
