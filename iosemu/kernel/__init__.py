"""Time and events.  Knows nothing of networks."""
