"""A lab: its file, its routers and links, its life."""
