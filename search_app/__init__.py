"""From an index to people and tools: pages, JSON, feeds and the command line."""
