"""Frozen models of everything that a run writes to disk, and the rules over them."""
