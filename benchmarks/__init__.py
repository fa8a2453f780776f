"""Measurements of speed and size: `python -m benchmarks.NAME --help` says what each does.

Tables go to stdout in Markdown, progress to stderr. Times of a shared machine say little;
ratios within one run say more.
"""
