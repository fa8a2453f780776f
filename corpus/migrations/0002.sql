-- Schema 2: documents that were read, the versions of their text, what became of them, and
-- which initiative each belongs to.

CREATE TABLE document (
    id TEXT PRIMARY KEY,       -- corpus.documents.document_id(key): part of its address
    key TEXT NOT NULL UNIQUE,  -- address_key(url), or where a file without address stood
    url TEXT,
    final_url TEXT,            -- where redirects led, if elsewhere
    name TEXT NOT NULL,        -- what its file is called
    media_type TEXT NOT NULL,
    licence TEXT,
    publisher TEXT,
    initiative TEXT,           -- of the catalogue or a record here, so no foreign key
    attached TEXT CHECK (attached IN ('address', 'proposed', 'confirmed')),
    gone TEXT,                 -- the day it was first not there, ISO 8601
    gone_again TEXT,           -- the day it was not there a second time in a row
    CHECK ((initiative IS NULL) = (attached IS NULL)),
    CHECK (gone_again IS NULL OR gone IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_initiative ON document (initiative);

CREATE TABLE version (
    document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,   -- from 1
    first_seen TEXT NOT NULL,  -- ISO 8601 days
    last_seen TEXT NOT NULL,
    sha256_bytes BLOB NOT NULL,
    sha256_text BLOB NOT NULL,
    extractor TEXT NOT NULL,
    json TEXT NOT NULL,        -- title, language, publication, sections, pages
    text TEXT NOT NULL,
    PRIMARY KEY (document, number)
) STRICT;
CREATE INDEX version_bytes ON version (sha256_bytes);

-- SHA-256 of bytes and texts of documents that were withdrawn: no copy comes back either.
CREATE TABLE withdrawn_digest (
    digest BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    time TEXT NOT NULL,
    id TEXT                    -- the document it was withdrawn with
) STRICT, WITHOUT ROWID;

-- The document a record was made of: it goes with it.
ALTER TABLE record ADD COLUMN document TEXT REFERENCES document (id) ON DELETE CASCADE;
CREATE INDEX record_document ON record (document);
