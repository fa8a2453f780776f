"""The JSON API: what is answered, in which words, under which addresses."""
