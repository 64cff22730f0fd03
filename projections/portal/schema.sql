CREATE TABLE item (
    kind        text        NOT NULL,
    id          uuid        NOT NULL,
    stream      text        NOT NULL,
    entity      uuid        NOT NULL,
    customer    uuid,
    ticket      uuid,
    number      text,
    state       text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    created     bigint      NOT NULL,
    position    bigint      NOT NULL,
    code_sealed text,
    fields      json        NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX item_by_entity ON item (entity, kind, created, id);
CREATE INDEX item_by_ticket ON item (ticket, created, id) WHERE ticket IS NOT NULL;

CREATE TABLE message (
    kind          text        NOT NULL,
    document      uuid        NOT NULL,
    position      bigint      NOT NULL,
    id            uuid        NOT NULL,
    author        text        NOT NULL,
    from_customer boolean     NOT NULL,
    body          text        NOT NULL,
    posted_at     timestamptz NOT NULL,
    attachments   json,
    entity        uuid,
    PRIMARY KEY (document, position)
);

COMMENT ON TABLE  item IS 'What a customer may see, and nothing else: own tickets, tasks of portal-visible projects, posted invoices and credit notes, deliveries that have left, returns, coupons and repairs.';
COMMENT ON COLUMN item.kind        IS 'ticket, task, invoice, credit_note, delivery, return, coupon, order or repair.';
COMMENT ON COLUMN item.id          IS 'Id of the document.';
COMMENT ON COLUMN item.stream      IS 'Stream that the document lives in; its revision stands in the table aggregate.';
COMMENT ON COLUMN item.entity      IS 'Commercial entity whose contacts may see it.';
COMMENT ON COLUMN item.customer    IS 'The contact that it is for.';
COMMENT ON COLUMN item.ticket      IS 'Ticket that it was made from, if any.';
COMMENT ON COLUMN item.number      IS 'Number that people call it by, once allotted.';
COMMENT ON COLUMN item.state       IS 'State of the document, by its kind.';
COMMENT ON COLUMN item.created_at  IS 'When the first event that concerns it was recorded.';
COMMENT ON COLUMN item.updated_at  IS 'When the last event that concerns it was recorded.';
COMMENT ON COLUMN item.created     IS 'Position in the log of the first event that concerns it.';
COMMENT ON COLUMN item.position    IS 'Position in the log of the last event that concerns it.';
COMMENT ON COLUMN item.code_sealed IS 'Encrypted code of a coupon, and token of its link.';
COMMENT ON COLUMN item.fields      IS 'What a customer may see of it, in the shape of the HTTP API.';

COMMENT ON TABLE  message IS 'The conversation of tickets and tasks with the customer; internal notes are not in it.';
COMMENT ON COLUMN message.kind          IS 'ticket or task.';
COMMENT ON COLUMN message.document      IS 'Ticket or task.';
COMMENT ON COLUMN message.position      IS 'Position in the log.';
COMMENT ON COLUMN message.id            IS 'Id of the message.';
COMMENT ON COLUMN message.author        IS 'Who wrote it.';
COMMENT ON COLUMN message.from_customer IS 'Whether these are the customer''s words.';
COMMENT ON COLUMN message.body          IS 'What was written.';
COMMENT ON COLUMN message.posted_at     IS 'When it was posted.';
COMMENT ON COLUMN message.entity        IS 'Commercial entity that the ticket was of; others never see it. Null: nobody''s yet, or a task''s.';
COMMENT ON COLUMN message.attachments   IS 'The files that came with it, in the shape of the HTTP API; null for none.';
