"""Services every production configuration mentions and the simulation leaves alone."""
