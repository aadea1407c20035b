"""Time ranges: when the entries of access lists that name them are active."""
