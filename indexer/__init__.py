"""From records and texts to an index, and from a query to a ranking."""
