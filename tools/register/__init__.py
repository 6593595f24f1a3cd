"""A made-up staff register of two municipalities: extracts with planted faults, and the truth."""
