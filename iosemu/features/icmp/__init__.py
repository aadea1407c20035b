"""Shows and debugs of ICMP and of packets: rate limits, redirects, `debug ip packet`."""
