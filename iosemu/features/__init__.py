"""What is configured and shown but is no protocol."""
