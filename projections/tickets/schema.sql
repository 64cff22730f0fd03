CREATE TABLE ticket (
    id         uuid        PRIMARY KEY,
    stream     text        NOT NULL,
    number     text,
    state      text        NOT NULL,
    team       uuid,
    customer   uuid,
    entity     uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created    bigint      NOT NULL,
    position   bigint      NOT NULL,
    fields     json        NOT NULL
);
CREATE INDEX ticket_by_creation ON ticket (created, id);
CREATE INDEX ticket_by_state    ON ticket (state, created, id);
CREATE INDEX ticket_by_team     ON ticket (team, created, id);
CREATE INDEX ticket_by_customer ON ticket (customer, created, id) WHERE customer IS NOT NULL;
CREATE INDEX ticket_by_number   ON ticket USING hash (number); -- of any length

CREATE TABLE made (
    kind    text    NOT NULL,
    id      uuid    NOT NULL,
    ticket  uuid    NOT NULL,
    counted boolean NOT NULL,
    review  boolean NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX made_by_ticket ON made (ticket, kind) WHERE counted;
CREATE INDEX made_to_review ON made (ticket) WHERE review;

CREATE TABLE service (
    team    uuid    NOT NULL,
    service text    NOT NULL,
    enabled boolean NOT NULL,
    PRIMARY KEY (team, service)
);

CREATE TABLE field_service (
    team    uuid PRIMARY KEY,
    project uuid NOT NULL
);

CREATE TABLE archived_project (
    id uuid PRIMARY KEY
);

CREATE TABLE delivery (
    id     uuid    PRIMARY KEY,
    entity uuid    NOT NULL,
    done   boolean NOT NULL
);
CREATE INDEX delivery_done_by_entity ON delivery (entity) WHERE done;

COMMENT ON TABLE  ticket IS 'Every ticket.';
COMMENT ON COLUMN ticket.id         IS 'Id of the ticket.';
COMMENT ON COLUMN ticket.stream     IS 'Stream that the ticket lives in; its revision stands in the table aggregate.';
COMMENT ON COLUMN ticket.number     IS 'Number that people call it by, once allotted.';
COMMENT ON COLUMN ticket.state      IS 'open or closed.';
COMMENT ON COLUMN ticket.team       IS 'Team that works on it.';
COMMENT ON COLUMN ticket.customer   IS 'Customer, if known.';
COMMENT ON COLUMN ticket.entity     IS 'Commercial entity of the customer.';
COMMENT ON COLUMN ticket.created_at IS 'When it was opened.';
COMMENT ON COLUMN ticket.updated_at IS 'When something of it last changed.';
COMMENT ON COLUMN ticket.created    IS 'Position in the log at which it was opened.';
COMMENT ON COLUMN ticket.position   IS 'Position in the log of its last change.';
COMMENT ON COLUMN ticket.fields     IS 'What it has besides, in the shape of the HTTP API.';

COMMENT ON TABLE  made IS 'Documents made from tickets, for the smart buttons.';
COMMENT ON COLUMN made.kind    IS 'credit_note, coupon, return, repair or task.';
COMMENT ON COLUMN made.id      IS 'Id of the document.';
COMMENT ON COLUMN made.ticket  IS 'Ticket that it was made from.';
COMMENT ON COLUMN made.counted IS 'Whether the smart button counts it: a credit note once it is posted, others at once; for ever.';
COMMENT ON COLUMN made.review  IS 'Whether somebody who may post has to review and post it: a draft credit note that is not posted by itself.';

COMMENT ON TABLE  service IS 'Which after-sales services the tickets of a team offer.';
COMMENT ON COLUMN service.team    IS 'Team.';
COMMENT ON COLUMN service.service IS 'refunds, coupons, returns, repairs or field_service.';
COMMENT ON COLUMN service.enabled IS 'Whether it is switched on.';

COMMENT ON TABLE  field_service IS 'The default project of a team for visits.';
COMMENT ON COLUMN field_service.team    IS 'Team.';
COMMENT ON COLUMN field_service.project IS 'Project that its visits are planned in.';

COMMENT ON TABLE  archived_project IS 'Projects that no visit can be planned in now.';
COMMENT ON COLUMN archived_project.id IS 'Id of the project.';

COMMENT ON TABLE  delivery IS 'Deliveries, for whether a customer has anything to return.';
COMMENT ON COLUMN delivery.id     IS 'Id of the delivery.';
COMMENT ON COLUMN delivery.entity IS 'Commercial entity that it went to.';
COMMENT ON COLUMN delivery.done   IS 'Whether the goods left.';
