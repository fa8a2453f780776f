-- Schema 1: imported records with their passages, and what was withdrawn.

CREATE TABLE record (
    id TEXT PRIMARY KEY,
    json TEXT NOT NULL,        -- the Initiative without passages, recorded and changed
    recorded TEXT NOT NULL,    -- the day it came in, ISO 8601
    changed TEXT NOT NULL,     -- the day its content last changed, ISO 8601
    digest BLOB NOT NULL       -- BLAKE2b-256 of json and passages, tells changes and damage
) STRICT, WITHOUT ROWID;

-- The addresses a record was read from; `key` is corpus.store.address_key(url).
CREATE TABLE address (
    key TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    PRIMARY KEY (key, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_record ON address (record);

CREATE TABLE passage (
    record TEXT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,   -- from 0, in the order of the text
    json TEXT NOT NULL,
    PRIMARY KEY (record, number)
) STRICT;

CREATE TABLE withdrawn_id (
    id TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    time TEXT NOT NULL         -- ISO 8601, UTC
) STRICT, WITHOUT ROWID;

CREATE TABLE withdrawn_address (
    key TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    reason TEXT NOT NULL,
    time TEXT NOT NULL,
    id TEXT                    -- the record it was withdrawn with, if any
) STRICT, WITHOUT ROWID;
