"""What a table and an array may look like."""
