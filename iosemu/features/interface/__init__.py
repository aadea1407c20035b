"""Interfaces: what is configured on them, and their shows."""
