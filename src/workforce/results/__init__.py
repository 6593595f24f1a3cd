"""Everything that lays out rows of figures."""
