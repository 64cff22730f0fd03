CREATE TABLE deadline (
    reason text NOT NULL,
    kind   text NOT NULL,
    id     uuid NOT NULL,
    stream text NOT NULL,
    due_at timestamptz,
    due_on date,
    PRIMARY KEY (reason, id)
);
CREATE INDEX deadline_at ON deadline (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deadline_on ON deadline (due_on) WHERE due_on IS NOT NULL;

CREATE TABLE ticket (
    id        uuid        PRIMARY KEY,
    stream    text        NOT NULL,
    team      uuid        NOT NULL,
    open      boolean     NOT NULL,
    active_at timestamptz NOT NULL
);
CREATE INDEX ticket_by_activity ON ticket (team, active_at) WHERE open;

CREATE TABLE team (
    id              uuid    PRIMARY KEY,
    auto_close_days integer NOT NULL
);

COMMENT ON TABLE  deadline IS 'What happens to a document by itself when a time or a day comes; it is gone once it has happened or cannot any more.';
COMMENT ON COLUMN deadline.reason IS 'reservation, expiry, posting or overdue.';
COMMENT ON COLUMN deadline.kind   IS 'coupon, credit_note or repair.';
COMMENT ON COLUMN deadline.id     IS 'Id of the document.';
COMMENT ON COLUMN deadline.stream IS 'Stream that the document lives in.';
COMMENT ON COLUMN deadline.due_at IS 'The time, of a reservation or a repair.';
COMMENT ON COLUMN deadline.due_on IS 'The day of expiries and postings, in the company''s time zone: a posting is due on it, an expiry after it.';

COMMENT ON TABLE  ticket IS 'When something last happened on each ticket.';
COMMENT ON COLUMN ticket.id        IS 'Id of the ticket.';
COMMENT ON COLUMN ticket.stream    IS 'Stream that the ticket lives in.';
COMMENT ON COLUMN ticket.team      IS 'Team that works on it.';
COMMENT ON COLUMN ticket.open      IS 'Whether it is open.';
COMMENT ON COLUMN ticket.active_at IS 'When its last event was recorded.';

COMMENT ON TABLE  team IS 'Teams whose tickets close by themselves.';
COMMENT ON COLUMN team.id              IS 'Id of the team.';
COMMENT ON COLUMN team.auto_close_days IS 'After how many days of 24 hours without activity a ticket closes; 0: none does.';
