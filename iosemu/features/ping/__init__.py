"""The ping command: a job that sends ICMP echoes."""
