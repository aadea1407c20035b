"""IPv4 on this router: addresses, routing switch, shows of the routing table and of forwarding."""
