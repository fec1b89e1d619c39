"""Slow clients against Weir, and a good one between them."""
