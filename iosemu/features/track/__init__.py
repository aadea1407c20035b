"""Tracked objects: what static routes, policy routing and others follow."""
