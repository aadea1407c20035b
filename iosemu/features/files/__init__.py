"""The file systems of a router, and the commands that move files about."""
