"""Routes: candidates, best, forwarding entries and next-hop tracking, one set for each VRF."""
