"""Lists that lead to pages: sitemaps, feeds, listings, data portals, registers.

Pure functions: the bytes of a list and its address in, links or rows out. None raises anything
but `NotAListError`, none takes more than the bounds of `listed` say.
"""
