"""`reload`: now, later, or not at all."""
