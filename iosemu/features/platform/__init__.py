"""What configurations of real routers say of their box."""
