"""Evidence of crawls: WARC files (ISO 28500:2017) written, read, and cleared of what was
withdrawn."""

from crawlers.warc.exchange import Exchange
from crawlers.warc.files import EvidenceError, EvidenceFault
from crawlers.warc.reading import read_evidence
from crawlers.warc.writing import EvidenceWriter

__all__ = ["EvidenceError", "EvidenceFault", "EvidenceWriter", "Exchange", "read_evidence"]
