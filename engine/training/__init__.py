"""Training of every network in a pack."""
