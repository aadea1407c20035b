"""The traceroute command: a job that sends UDP probes of growing TTL."""
