"""Routes to the networks of this router's own interfaces."""
