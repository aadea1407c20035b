"""Debug flags."""
