"""IPv6 as configured and shown."""
