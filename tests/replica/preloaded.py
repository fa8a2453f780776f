"""What a crawl imports, for a process from which crawls are forked."""

import replica.crawling  # noqa: F401
