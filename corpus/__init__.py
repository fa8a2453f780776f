"""What is known: the catalogue, its places and concepts, and the store of what was added."""
