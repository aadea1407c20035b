"""Key chains: keys of routing protocols, with the times at which they hold."""
