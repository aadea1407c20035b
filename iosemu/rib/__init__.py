"""Routes: candidates by source, the best by distance, and what forwarding makes of them."""
