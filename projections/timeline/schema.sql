CREATE TABLE event (
    position    bigint      PRIMARY KEY,
    stream      text        NOT NULL,
    revision    bigint      NOT NULL,
    event_id    uuid        NOT NULL,
    type        text        NOT NULL,
    ticket      uuid,
    actor_id    text        NOT NULL,
    actor       jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL,
    created     timestamptz NOT NULL,
    summary     text        NOT NULL,
    data        jsonb       NOT NULL,
    metadata    jsonb       NOT NULL
);
CREATE INDEX event_by_ticket ON event (ticket, position) WHERE ticket IS NOT NULL;
CREATE INDEX event_by_stream ON event (stream, position);
CREATE INDEX event_by_actor  ON event (actor_id, position);
CREATE INDEX event_by_type   ON event (type, position);
CREATE INDEX event_by_time   ON event (recorded_at, position);

COMMENT ON TABLE  event IS 'Every event of the log but those of the streams that only serve commands (command, directory), secrets and images redacted.';
COMMENT ON COLUMN event.position    IS 'Place in the log; the order of the log.';
COMMENT ON COLUMN event.stream      IS 'Stream of the aggregate: category, hyphen, id.';
COMMENT ON COLUMN event.revision    IS 'Place in the stream, from 0.';
COMMENT ON COLUMN event.event_id    IS 'Id of the event, derived from its command.';
COMMENT ON COLUMN event.type        IS 'Stored name of the event type.';
COMMENT ON COLUMN event.ticket      IS 'The ticket that the event belongs to, if any.';
COMMENT ON COLUMN event.actor_id    IS 'Who caused it.';
COMMENT ON COLUMN event.actor       IS 'Who caused it: id, role, channel, on_behalf_of.';
COMMENT ON COLUMN event.recorded_at IS 'When the command decided.';
COMMENT ON COLUMN event.created     IS 'When the event store took it.';
COMMENT ON COLUMN event.summary     IS 'What happened, in a line of English; answers over HTTP tell it with the number of the document, in the reader''s language.';
COMMENT ON COLUMN event.data        IS 'What happened, as stored, without secrets and images.';
COMMENT ON COLUMN event.metadata    IS 'Who, when, by which command and why, as stored.';
