"""Workforce projections for Norwegian municipalities."""
