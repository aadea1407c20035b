"""What runs on a router: processes, technical support."""
