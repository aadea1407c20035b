"""What is configured and shown of TCP and UDP, and the small servers."""
