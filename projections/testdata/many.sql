-- $n tickets and what hangs on them, as numbers for ids: 20 teams, of which the
-- last is small, five tickets a customer, one of twenty open, one of a thousand
-- documents in a rare state.
CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql RETURN lpad(to_hex(n), 32, '0')::uuid;
SET synchronous_commit = off;
SET work_mem = '128MB';
DO $do$ DECLARE t regclass; BEGIN
    FOR t IN SELECT c.oid FROM pg_class c WHERE relkind = 'r' AND relnamespace::regnamespace::text = ANY ('{tickets,documents,timeline,portal,candidates,due}') LOOP
        EXECUTE format('ALTER TABLE %s SET UNLOGGED', t); -- to fill them sooner
    END LOOP;
END $do$;

INSERT INTO tickets.ticket SELECT pg_temp.id(n), 'ticket-' || pg_temp.id(n), 'T' || n, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'closed' END,
    pg_temp.id(CASE WHEN n % 10000 = 0 THEN 19 ELSE n % 19 END), pg_temp.id(n / 5), pg_temp.id(n / 5), moment, moment, n * 10, n * 10, '{}'
    FROM generate_series(1, $n) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 minute') AS at (moment);
INSERT INTO tickets.aggregate SELECT stream, 0, '{}', '{}' FROM tickets.ticket;
INSERT INTO tickets.made SELECT kind, pg_temp.id(n), pg_temp.id(n), true, false FROM generate_series(1, $n, 4) n, unnest('{coupon,credit_note}'::text[]) kind;
INSERT INTO tickets.delivery SELECT pg_temp.id(n), pg_temp.id(n / 5), true FROM generate_series(1, $n, 2) n;

INSERT INTO documents.document SELECT kinds.kind, pg_temp.id(n), kinds.kind || '-' || pg_temp.id(n), upper(kinds.kind) || n,
    CASE WHEN n % 1000 < 5 THEN 'draft' ELSE 'posted' END, CASE WHEN kinds.kind <> 'ticket' THEN pg_temp.id(n / 5 * 5) END, pg_temp.id(n / 5),
    pg_temp.id(n / 5), CASE kinds.kind WHEN 'ticket' THEN pg_temp.id(CASE WHEN n % 10000 = 0 THEN 19 ELSE n % 19 END) END, pg_temp.id(n / 5),
    now(), now(), n * 10, n * 10, 'EUR', 1, 1, 1, 1, 1, NULL, '{}'
    FROM generate_series(1, $n) n, LATERAL (SELECT ('{ticket,invoice,credit_note,coupon,repair}'::text[])[n % 5 + 1] AS kind) kinds;
INSERT INTO documents.aggregate SELECT stream, 0, '{}', '{}' FROM documents.document;

INSERT INTO timeline.event SELECT n * 10, 'ticket-' || pg_temp.id(n / 5), n % 5, pg_temp.id(n),
    CASE WHEN n % 5000 = 0 THEN 'ticket-reopened' ELSE 'message-posted' END, pg_temp.id(n / 5), 'agent-' || n % 500, '{}', moment, moment, '', '{}', '{}'
    FROM generate_series(1, $n) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 minute') AS at (moment);

INSERT INTO portal.item SELECT kinds.kind, pg_temp.id(n), kinds.kind || '-' || pg_temp.id(n), pg_temp.id(n / 20), NULL, pg_temp.id(n / 5), 'N' || n, 'posted',
    now(), now(), n, n, NULL, '{}'
    FROM generate_series(1, $n, 2) n, LATERAL (SELECT ('{ticket,credit_note,coupon,repair}'::text[])[n % 4 + 1] AS kind) kinds;
INSERT INTO portal.aggregate SELECT stream, 0, '{}', '{}' FROM portal.item;
INSERT INTO portal.message SELECT 'ticket', pg_temp.id(n / 5), n, pg_temp.id(n), 'a', false, '', now() FROM generate_series(1, $n, 2) n;

INSERT INTO candidates.candidate SELECT kinds.kind || '-' || pg_temp.id(n), 0, kinds.kind, pg_temp.id(n), pg_temp.id(n / 20), pg_temp.id(n / 2), NULL,
    ARRAY[pg_temp.id(n % 2000)], true, n % 2 = 0, n
    FROM generate_series(1, $n, 2) n, LATERAL (SELECT ('{invoice,order,delivery,product}'::text[])[n / 2 % 4 + 1] AS kind) kinds;
INSERT INTO candidates.aggregate SELECT stream, 0, created, '{}' FROM candidates.candidate;

INSERT INTO due.deadline SELECT 'expiry', 'coupon', pg_temp.id(n), 'coupon-' || pg_temp.id(n), NULL, date '2026-01-01' + (n / 1000)::int
    FROM generate_series(1, $n, 2) n;
INSERT INTO due.deadline SELECT 'overdue', 'repair', pg_temp.id(n), 'repair-' || pg_temp.id(n), timestamptz '2026-01-01' + n * interval '1 minute', NULL
    FROM generate_series(1, $n, 4) n;
INSERT INTO due.ticket SELECT id, stream, team, state = 'open', created_at FROM tickets.ticket;
INSERT INTO due.team SELECT pg_temp.id(n), 7 FROM generate_series(0, 19) n;
ANALYZE;
