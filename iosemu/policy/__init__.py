"""Access lists, prefix lists, route maps: pure matchers over frozen configuration."""
