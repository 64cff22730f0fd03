CREATE SCHEMA IF NOT EXISTS deliveries;

CREATE TABLE IF NOT EXISTS deliveries.webhook (
    id       uuid   PRIMARY KEY,
    position bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries.message (
    webhook      uuid        NOT NULL,
    position     bigint      NOT NULL,
    event_id     uuid        NOT NULL,
    type         text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts     integer     NOT NULL,
    next_at      timestamptz,
    last_at      timestamptz,
    last_status  integer,
    last_error   text,
    PRIMARY KEY (webhook, position)
);
CREATE INDEX IF NOT EXISTS message_due ON deliveries.message (webhook, next_at, position) WHERE state = 'waiting';

COMMENT ON SCHEMA deliveries IS 'What webhooks are told: not a read model, but what is still to be done. Without it they begin where they were registered.';
COMMENT ON TABLE  deliveries.webhook IS 'Up to where in the log a webhook''s messages are in the queue.';
COMMENT ON TABLE  deliveries.message IS 'An event that a webhook is told, and what came of it.';
COMMENT ON COLUMN deliveries.message.next_at IS 'When it may be tried again; while an attempt runs, when somebody else may.';
