"""AS path access lists: configuration and show."""
