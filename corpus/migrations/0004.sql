-- Schema 4: an address is visited for each source that would have more of it than the others.
-- What is known of it as a page and as a list are two things, and where it leads is known for
-- each reader of its links: what one source passes over another may follow.

CREATE TABLE visit_by_source (
    id INTEGER PRIMARY KEY,    -- in the order they were found
    crawl INTEGER NOT NULL REFERENCES crawl (id) ON DELETE CASCADE,
    key TEXT NOT NULL,         -- address_key(url)
    url TEXT NOT NULL,
    host TEXT NOT NULL,        -- name: what is asked one thing at a time
    source TEXT NOT NULL,
    purpose TEXT NOT NULL,     -- page, or the kind of list to be read there
    depth INTEGER NOT NULL,    -- links followed since the start of the source
    hops INTEGER NOT NULL,     -- redirects followed to get here
    start TEXT,                -- the address at which those redirects began
    attempts INTEGER NOT NULL DEFAULT 0,
    ready REAL NOT NULL DEFAULT 0,  -- not before; seconds since 1970
    outcome TEXT,
    status INTEGER,            -- of HTTP
    reason TEXT,
    bytes INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    time TEXT,                 -- when it was done, ISO 8601, UTC
    UNIQUE (crawl, key, purpose, source)
) STRICT;
INSERT INTO visit_by_source SELECT * FROM visit;
DROP TABLE visit;
ALTER TABLE visit_by_source RENAME TO visit;
-- A host is asked one thing at a time on all its ports.
UPDATE visit SET host = substr(host, 1, instr(host, ':') - 1)
    WHERE instr(host, ':') > 0 AND host NOT LIKE '[%';
CREATE INDEX visit_waiting ON visit (crawl, host, ready, depth, id) WHERE outcome IS NULL;
CREATE INDEX visit_put_off ON visit (ready) WHERE ready > 0;
CREATE INDEX visit_source ON visit (crawl, source, outcome);

CREATE TABLE page_by_purpose (
    key TEXT NOT NULL,         -- address_key(url)
    purpose TEXT NOT NULL,     -- page, or the kind of list that was read there
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT,
    language TEXT,
    etag TEXT,
    last_modified TEXT,
    sha256_bytes BLOB,         -- of what was read last
    links TEXT NOT NULL,       -- JSON: what led on from it, by reader of links
    document TEXT REFERENCES document (id) ON DELETE CASCADE,
    score REAL,                -- how much it is about the subject, 0 to 1
    reasons TEXT NOT NULL,     -- JSON: why, sentences
    proposal TEXT,             -- JSON: the initiative it may belong to, and why
    decision TEXT CHECK (decision IN ('keep', 'drop')),  -- of a person
    first_seen TEXT NOT NULL,  -- ISO 8601 days
    last_seen TEXT NOT NULL,
    asked TEXT NOT NULL,       -- when it was last answered for, ISO 8601, UTC
    PRIMARY KEY (key, purpose)
) STRICT, WITHOUT ROWID;
INSERT INTO page_by_purpose
    SELECT key, 'page', url, source, title, language, etag, last_modified, sha256_bytes, '{}',
        document, score, reasons, proposal, decision, first_seen, last_seen, asked FROM page;
DROP TABLE page;
ALTER TABLE page_by_purpose RENAME TO page;
CREATE INDEX page_document ON page (document);
