-- Schema 3: crawls, what each does with every address, and what is known of pages from one
-- crawl to the next.

CREATE TABLE crawl (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,     -- ISO 8601, UTC
    ended TEXT,                -- NULL while it runs, or where it was interrupted
    plan TEXT NOT NULL         -- JSON: which sources, with which bounds
) STRICT;

-- WARC files of a crawl, and how much of each is committed: the rest is cut off on --resume.
CREATE TABLE evidence (
    name TEXT PRIMARY KEY,     -- of the file in the folder `warc`
    crawl INTEGER NOT NULL REFERENCES crawl (id) ON DELETE CASCADE,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses a crawl is to visit (outcome NULL) or has visited: frontier and report in one.
CREATE TABLE visit (
    id INTEGER PRIMARY KEY,    -- in the order they were found
    crawl INTEGER NOT NULL REFERENCES crawl (id) ON DELETE CASCADE,
    key TEXT NOT NULL,         -- address_key(url)
    url TEXT NOT NULL,
    host TEXT NOT NULL,        -- name, and port if unusual: what is asked one thing at a time
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
    UNIQUE (crawl, key, purpose)
) STRICT;
CREATE INDEX visit_waiting ON visit (crawl, host, ready, depth, id) WHERE outcome IS NULL;
CREATE INDEX visit_put_off ON visit (ready) WHERE ready > 0;
CREATE INDEX visit_source ON visit (crawl, source, outcome);

-- What is known of an address: for asking again only for what changed, and for people who
-- look at what was kept and left out.
CREATE TABLE page (
    key TEXT PRIMARY KEY,      -- address_key(url)
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT,
    language TEXT,
    etag TEXT,
    last_modified TEXT,
    sha256_bytes BLOB,         -- of what was read last
    links TEXT NOT NULL,       -- JSON: what led on from it
    document TEXT REFERENCES document (id) ON DELETE CASCADE,
    score REAL,                -- how much it is about the subject, 0 to 1
    reasons TEXT NOT NULL,     -- JSON: why, sentences
    proposal TEXT,             -- JSON: the initiative it may belong to, and why
    decision TEXT CHECK (decision IN ('keep', 'drop')),  -- of a person
    first_seen TEXT NOT NULL,  -- ISO 8601 days
    last_seen TEXT NOT NULL,
    asked TEXT NOT NULL        -- when it was last answered for, ISO 8601, UTC
) STRICT, WITHOUT ROWID;
CREATE INDEX page_document ON page (document);
CREATE INDEX version_text ON version (sha256_text);

CREATE TABLE robots (
    origin TEXT PRIMARY KEY,   -- scheme, name and port (RFC 9309, section 2.3)
    fetched REAL NOT NULL,     -- seconds since 1970
    status INTEGER,            -- of HTTP; NULL where there was no answer
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
