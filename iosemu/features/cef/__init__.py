"""Shows of the forwarding table and of the adjacencies behind it."""
