"""The time of day: setting it, the time zone, summer time."""
