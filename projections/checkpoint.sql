CREATE SCHEMA IF NOT EXISTS projections;

CREATE TABLE IF NOT EXISTS projections.checkpoint (
    name     text   PRIMARY KEY,
    version  int    NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    unknown  bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE  projections.checkpoint IS 'How far each read model has followed the log; moved in the transaction that applies the events.';
COMMENT ON COLUMN projections.checkpoint.name     IS 'The projection, and the Postgres schema of its tables.';
COMMENT ON COLUMN projections.checkpoint.version  IS 'Version of the program''s definition that made the tables.';
COMMENT ON COLUMN projections.checkpoint.position IS 'All events of the log up to and with this position are applied.';
COMMENT ON COLUMN projections.checkpoint.unknown  IS 'Events of types that the program does not know, passed over.';
