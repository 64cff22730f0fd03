CREATE SCHEMA IF NOT EXISTS projections;

CREATE TABLE IF NOT EXISTS projections.checkpoint (
    name     text   PRIMARY KEY,
    version  int    NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    events   bigint NOT NULL DEFAULT 0,
    unknown  bigint NOT NULL DEFAULT 0,
    epoch    bigint NOT NULL DEFAULT 0,
    least    bigint NOT NULL DEFAULT 0
);
-- Columns that a data folder made by an earlier version lacks.
ALTER TABLE projections.checkpoint
    ADD COLUMN IF NOT EXISTS events bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS epoch  bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS least  bigint NOT NULL DEFAULT 0;
COMMENT ON TABLE  projections.checkpoint IS 'How far each set of tables has followed the log; moved in the transaction that applies the events.';
COMMENT ON COLUMN projections.checkpoint.name     IS 'The Postgres schema of the tables: the projection, or a second copy of it while that is made.';
COMMENT ON COLUMN projections.checkpoint.version  IS 'Version of the program''s definition that made the tables.';
COMMENT ON COLUMN projections.checkpoint.position IS 'All events of the log up to and with this position are applied, or parked.';
COMMENT ON COLUMN projections.checkpoint.events   IS 'How many events of the log that is, counted since the tables were made, or since this column is there.';
COMMENT ON COLUMN projections.checkpoint.unknown  IS 'Events of types that the program does not know, passed over.';
COMMENT ON COLUMN projections.checkpoint.epoch    IS 'The fence: whoever holds an older lease than this cannot write.';
COMMENT ON COLUMN projections.checkpoint.least    IS 'Nothing is read before this position: the tables of another version that served before had reached it.';

CREATE TABLE IF NOT EXISTS projections.lease (
    name    text        PRIMARY KEY,
    holder  text        NOT NULL DEFAULT '',
    epoch   bigint      NOT NULL DEFAULT 0,
    pid     int         NOT NULL DEFAULT 0,
    session timestamptz,
    until   timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE  projections.lease IS 'Which process applies the log to a read model; one at a time.';
COMMENT ON COLUMN projections.lease.name    IS 'The projection.';
COMMENT ON COLUMN projections.lease.holder  IS 'The process: its host, its process id and a random part.';
COMMENT ON COLUMN projections.lease.epoch   IS 'Rises with every change of the holder.';
COMMENT ON COLUMN projections.lease.pid     IS 'Server process of the session over which the holder last showed that it lives.';
COMMENT ON COLUMN projections.lease.session IS 'When that session began.';
COMMENT ON COLUMN projections.lease.until   IS 'When the lease ends unless it is renewed.';

CREATE TABLE IF NOT EXISTS projections.lane (
    name  text   NOT NULL,
    lane  int    NOT NULL,
    lanes int    NOT NULL,
    upto  bigint NOT NULL,
    PRIMARY KEY (name, lane)
);
COMMENT ON TABLE  projections.lane IS 'Parts of the slice after the checkpoint that are applied already; none between slices.';
COMMENT ON COLUMN projections.lane.name  IS 'As in checkpoint.';
COMMENT ON COLUMN projections.lane.lane  IS 'Number of the part, from 0.';
COMMENT ON COLUMN projections.lane.lanes IS 'Into how many parts the slice was split.';
COMMENT ON COLUMN projections.lane.upto  IS 'Position at which the slice ends.';

CREATE TABLE IF NOT EXISTS projections.parked (
    name      text        NOT NULL,
    position  bigint      NOT NULL,
    stream    text        NOT NULL,
    revision  bigint      NOT NULL,
    event_id  uuid        NOT NULL,
    type      text        NOT NULL,
    ticket    uuid,
    error     text,
    attempts  int         NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, position)
);
CREATE INDEX IF NOT EXISTS parked_by_stream ON projections.parked USING hash (stream);
CREATE INDEX IF NOT EXISTS parked_by_ticket ON projections.parked (ticket) WHERE error IS NOT NULL;
COMMENT ON TABLE  projections.parked IS 'Events that a read model lacks: those that could not be applied, and those that wait for them. The events themselves stand in the log.';
COMMENT ON COLUMN projections.parked.name      IS 'As in checkpoint.';
COMMENT ON COLUMN projections.parked.position  IS 'Position of the event in the log.';
COMMENT ON COLUMN projections.parked.stream    IS 'Its stream; later events of it wait too.';
COMMENT ON COLUMN projections.parked.revision  IS 'Its revision in the stream.';
COMMENT ON COLUMN projections.parked.event_id  IS 'Its id.';
COMMENT ON COLUMN projections.parked.type      IS 'Its type.';
COMMENT ON COLUMN projections.parked.ticket    IS 'Its ticket, if any; later events of the ticket of a failed event wait too.';
COMMENT ON COLUMN projections.parked.error     IS 'Why it could not be applied; null for an event that waits for another.';
COMMENT ON COLUMN projections.parked.attempts  IS 'How often it was tried, the first time and each retry.';
COMMENT ON COLUMN projections.parked.parked_at IS 'When it was parked.';

CREATE TABLE IF NOT EXISTS projections.rebuild (
    name        text        PRIMARY KEY,
    pid         int         NOT NULL,
    session     timestamptz,
    started_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    finished_at timestamptz,
    done        bigint      NOT NULL DEFAULT 0,
    total       bigint      NOT NULL DEFAULT 0,
    error       text
);
COMMENT ON TABLE  projections.rebuild IS 'The last rebuild of each projection.';
COMMENT ON COLUMN projections.rebuild.name        IS 'The projection.';
COMMENT ON COLUMN projections.rebuild.pid         IS 'Server process of the session over which it runs.';
COMMENT ON COLUMN projections.rebuild.session     IS 'When that session began; without it the rebuild has died.';
COMMENT ON COLUMN projections.rebuild.started_at  IS 'When it began.';
COMMENT ON COLUMN projections.rebuild.updated_at  IS 'When done was counted.';
COMMENT ON COLUMN projections.rebuild.finished_at IS 'When it ended, well or not.';
COMMENT ON COLUMN projections.rebuild.done        IS 'Events applied.';
COMMENT ON COLUMN projections.rebuild.total       IS 'Events to apply, as far as the read model that serves has come.';
COMMENT ON COLUMN projections.rebuild.error       IS 'Why it failed.';
