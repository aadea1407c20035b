"""Configuration as frozen values: slots, ordered entries, paths."""
