CREATE SCHEMA IF NOT EXISTS es;

-- Whether this program can read the schema.
CREATE TABLE IF NOT EXISTS es.node (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    schema_version int NOT NULL
);
INSERT INTO es.node (schema_version) VALUES (1) ON CONFLICT DO NOTHING;

-- The log. Rows are only ever added.
CREATE TABLE IF NOT EXISTS es.event (
    pos     bigint   PRIMARY KEY,               -- $all position, in commit order, with gaps
    stream  text     COLLATE "C" NOT NULL,
    rev     bigint   NOT NULL,                  -- from 0; tombstone 9223372036854775807
    id      uuid     NOT NULL,
    type    text     COLLATE "C" NOT NULL,
    flags   smallint NOT NULL,                  -- 1 JSON, 2 link, 4 metadata, 8 tombstone
    created bigint   NOT NULL,                  -- 100 ns ticks since 1970
    data    bytea    NOT NULL,
    meta    bytea    NOT NULL
);

-- Finds a stream's events, and refuses the second of two at one revision.
CREATE UNIQUE INDEX IF NOT EXISTS event_stream_rev ON es.event (stream, rev);

-- Persistent subscriptions and how far they are.
CREATE TABLE IF NOT EXISTS es.subscription_group (
    source     text   COLLATE "C" NOT NULL,     -- a stream, or $all
    name       text   COLLATE "C" NOT NULL,
    settings   jsonb  NOT NULL,
    start_from text   NOT NULL,                 -- where it was told to begin
    cursor     bigint NOT NULL,                 -- revision or position up to which all is done
    PRIMARY KEY (source, name)
);
