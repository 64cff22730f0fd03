CREATE TABLE aggregate (
    stream   text   PRIMARY KEY,
    revision bigint NOT NULL,
    created  bigint NOT NULL,
    state    json   NOT NULL
);

CREATE TABLE candidate (
    stream      text NOT NULL,
    place       int NOT NULL,
    kind        text NOT NULL,
    id          uuid NOT NULL,
    entity      uuid,
    sales_order uuid,
    ticket      uuid,
    products    uuid[] NOT NULL,
    ready       boolean NOT NULL,
    usable      boolean NOT NULL,
    created     bigint NOT NULL,
    PRIMARY KEY (stream, place)
);
CREATE INDEX candidate_by_id      ON candidate (kind, id);
CREATE INDEX candidate_by_kind    ON candidate (kind, created, place) WHERE ready;
CREATE INDEX candidate_by_entity  ON candidate (kind, entity, created, place) WHERE ready;
CREATE INDEX candidate_by_order   ON candidate (sales_order, kind) WHERE ready AND sales_order IS NOT NULL;
CREATE INDEX candidate_by_product ON candidate USING gin (products) WHERE ready;

COMMENT ON TABLE  aggregate IS 'The folded state of every stream that holds candidates: what the next event is applied to, and what the rules are asked with.';
COMMENT ON COLUMN aggregate.stream   IS 'Stream of the aggregate.';
COMMENT ON COLUMN aggregate.revision IS 'Revision of the last event applied.';
COMMENT ON COLUMN aggregate.created  IS 'Position in the log of the first event of the stream.';
COMMENT ON COLUMN aggregate.state    IS 'State as JSON, in the shape of the aggregate.';

COMMENT ON TABLE  candidate IS 'What a dialog may offer.';
COMMENT ON COLUMN candidate.stream      IS 'Stream that it lives in; its state stands in the table aggregate.';
COMMENT ON COLUMN candidate.place       IS 'Place in its stream: 0, or n for the nth return of a delivery.';
COMMENT ON COLUMN candidate.kind        IS 'Kind: invoice, order, delivery, return, coupon_program, location, product, project, worksheet_template, journal, tag.';
COMMENT ON COLUMN candidate.id          IS 'Id of the document.';
COMMENT ON COLUMN candidate.entity      IS 'Commercial entity of the customer, if it has one.';
COMMENT ON COLUMN candidate.sales_order IS 'Sales order that it bills, delivers or is.';
COMMENT ON COLUMN candidate.ticket      IS 'Ticket that a return was made from.';
COMMENT ON COLUMN candidate.products    IS 'Products on its lines.';
COMMENT ON COLUMN candidate.ready       IS 'Whether it can be chosen at all: invoice posted, delivery done, return not cancelled, program of type coupons and not archived; others always.';
COMMENT ON COLUMN candidate.usable      IS 'Whether there is a use for it: invoice with something to credit, delivery with something to return, product that is goods, location that takes returns, project for field service; others always.';
COMMENT ON COLUMN candidate.created     IS 'Position in the log of the first event of its stream.';
