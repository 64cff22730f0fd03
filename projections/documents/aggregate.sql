CREATE TABLE aggregate (
    stream   text   PRIMARY KEY,
    revision bigint NOT NULL,
    state    json   NOT NULL,
    traces   json   NOT NULL
);
COMMENT ON TABLE  aggregate IS 'The folded state of every stream that holds documents: what the next event is applied to.';
COMMENT ON COLUMN aggregate.stream   IS 'Stream of the aggregate.';
COMMENT ON COLUMN aggregate.revision IS 'Revision of the last event applied; the revision of all documents of the stream.';
COMMENT ON COLUMN aggregate.state    IS 'State as JSON, in the shape of the aggregate.';
COMMENT ON COLUMN aggregate.traces   IS 'For each document of the stream by id: time and position of the first and the last event that concern it.';

