CREATE TABLE document (
    kind           text        NOT NULL,
    id             uuid        NOT NULL,
    stream         text        NOT NULL,
    number         text,
    state          text        NOT NULL,
    ticket         uuid,
    customer       uuid,
    entity         uuid,
    team           uuid,
    source         uuid,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    created        bigint      NOT NULL,
    position       bigint      NOT NULL,
    currency       text,
    untaxed_minor  bigint,
    tax_minor      bigint,
    total_minor    bigint,
    residual_minor bigint,
    quantity       numeric,
    code_sealed    text,
    fields         json        NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX document_by_kind   ON document (kind, created, id);
CREATE INDEX document_by_state  ON document (kind, state, created, id);
CREATE INDEX document_by_customer ON document (customer, kind, created, id) WHERE customer IS NOT NULL;
CREATE INDEX document_by_number ON document USING hash (number); -- of any length
CREATE INDEX document_by_ticket ON document (ticket, created, id) WHERE ticket IS NOT NULL;
CREATE INDEX document_by_entity ON document (entity, kind, created, id) WHERE entity IS NOT NULL;
CREATE INDEX document_by_team   ON document (team, id) WHERE team IS NOT NULL;
CREATE INDEX document_by_source ON document (source, kind, created, id) WHERE source IS NOT NULL;
CREATE INDEX document_by_stream ON document (stream);

CREATE TABLE document_line (
    kind              text    NOT NULL,
    document          uuid    NOT NULL,
    place             int     NOT NULL,
    line              uuid    NOT NULL,
    product           uuid,
    origin            uuid,
    quantity          numeric NOT NULL,
    done_quantity     numeric,
    credited_quantity numeric,
    returned_quantity numeric,
    currency          text,
    untaxed_minor     bigint,
    tax_minor         bigint,
    total_minor       bigint,
    PRIMARY KEY (kind, document, place)
);
CREATE INDEX document_line_by_product ON document_line (product, kind) WHERE product IS NOT NULL;

CREATE TABLE serial_place (
    kind     text NOT NULL,
    document uuid NOT NULL,
    serial   uuid NOT NULL,
    stream   text NOT NULL,
    place    text NOT NULL,
    PRIMARY KEY (kind, document, serial)
);
CREATE INDEX serial_place_by_serial ON serial_place (serial);
CREATE INDEX serial_place_by_place  ON serial_place (place, serial);

COMMENT ON TABLE  document IS 'Every business document, one row each.';
COMMENT ON COLUMN document.id             IS 'Id of the document, unique among its kind.';
COMMENT ON COLUMN document.kind           IS 'Kind: invoice, credit_note, delivery, return, coupon, repair, task, payment, ticket, order, team, customer, product, lot, journal, location, project, worksheet_template, coupon_program.';
COMMENT ON COLUMN document.stream         IS 'Stream that the document lives in; its revision stands in the table aggregate.';
COMMENT ON COLUMN document.number         IS 'Number that people call it by, once allotted.';
COMMENT ON COLUMN document.state          IS 'State of the document, by its kind.';
COMMENT ON COLUMN document.ticket         IS 'Ticket that it was made from, if any.';
COMMENT ON COLUMN document.customer       IS 'Customer, if it has one.';
COMMENT ON COLUMN document.entity         IS 'Commercial entity of the customer.';
COMMENT ON COLUMN document.team           IS 'Team of a ticket.';
COMMENT ON COLUMN document.source         IS 'Document that it came from: of an invoice or a delivery the order, of a credit note or a payment the invoice, of a return the delivery, of a repair the return, of a coupon the program, of a lot the product, of a task the project.';
COMMENT ON COLUMN document.created_at     IS 'When the first event that concerns it was recorded.';
COMMENT ON COLUMN document.updated_at     IS 'When the last event that concerns it was recorded.';
COMMENT ON COLUMN document.created        IS 'Position in the log of the first event that concerns it.';
COMMENT ON COLUMN document.position       IS 'Position in the log of the last event that concerns it.';
COMMENT ON COLUMN document.currency       IS 'ISO 4217 code of its amounts.';
COMMENT ON COLUMN document.untaxed_minor  IS 'Sum of its lines without tax, in minor units.';
COMMENT ON COLUMN document.tax_minor      IS 'Tax, in minor units.';
COMMENT ON COLUMN document.total_minor    IS 'Total, in minor units; of a payment its amount.';
COMMENT ON COLUMN document.residual_minor IS 'What is open of it, in minor units: to be paid, or of a credit note to be given back.';
COMMENT ON COLUMN document.quantity       IS 'Sum of the quantities of its lines: of a delivery what left, of a return what arrived.';
COMMENT ON COLUMN document.code_sealed    IS 'Encrypted code of a coupon, and token of its link.';
COMMENT ON COLUMN document.fields         IS 'What the kind has besides, in the shape of the HTTP API.';

COMMENT ON TABLE  document_line IS 'The lines of invoices, credit notes, orders, deliveries, returns and the parts of repairs.';
COMMENT ON COLUMN document_line.document          IS 'Document that the line belongs to.';
COMMENT ON COLUMN document_line.line              IS 'Id of the line, unique in its document.';
COMMENT ON COLUMN document_line.kind              IS 'Kind of the document.';
COMMENT ON COLUMN document_line.place             IS 'Place in the document, from 0.';
COMMENT ON COLUMN document_line.product           IS 'Product.';
COMMENT ON COLUMN document_line.origin            IS 'Line that it comes from: of an invoice or delivery the order''s, of a credit note the invoice''s, of a return the delivery''s.';
COMMENT ON COLUMN document_line.quantity          IS 'Quantity as invoiced, credited, ordered, planned or announced.';
COMMENT ON COLUMN document_line.done_quantity     IS 'What left, arrived, or was used.';
COMMENT ON COLUMN document_line.credited_quantity IS 'Of an invoice line: what posted credit notes took.';
COMMENT ON COLUMN document_line.returned_quantity IS 'Of a delivery line: what returns brought back.';
COMMENT ON COLUMN document_line.currency          IS 'ISO 4217 code of its amounts.';
COMMENT ON COLUMN document_line.untaxed_minor     IS 'Without tax, in minor units.';
COMMENT ON COLUMN document_line.tax_minor         IS 'Tax, in minor units.';
COMMENT ON COLUMN document_line.total_minor       IS 'With tax, in minor units.';

COMMENT ON TABLE  serial_place IS 'Where documents say that serial numbers are; together they tell the state of a lot.';
COMMENT ON COLUMN serial_place.kind     IS 'Kind of the document: delivery or repair.';
COMMENT ON COLUMN serial_place.document IS 'Document that says so.';
COMMENT ON COLUMN serial_place.serial   IS 'Lot that is a serial number.';
COMMENT ON COLUMN serial_place.stream   IS 'Stream that the document lives in.';
COMMENT ON COLUMN serial_place.place    IS 'delivered: left and is still out; returned: came back to this delivery; in_repair; repaired: the repair has ended or was cancelled.';
