"""Which counts of few people must not be told, and what else would tell them."""
