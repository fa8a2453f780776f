"""What a crawl imports, for a process from which crawls are forked.

The model of languages is unpacked by way of a file, which a crawl on a full disk could not.
"""

import replica.crawling  # noqa: F401
from crawlers.extract.language import language_of

language_of("Every resident may ask why an algorithm decided so about them. " * 3, None)
