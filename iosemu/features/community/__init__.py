"""Community lists, plain and extended: configuration and shows."""
