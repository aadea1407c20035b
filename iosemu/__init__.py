"""iosemu: a lab of IOS routers in one process."""
