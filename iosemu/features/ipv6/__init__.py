"""IPv6 of the router and its interfaces: configuration, commands, shows."""
