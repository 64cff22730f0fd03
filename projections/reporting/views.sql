-- What reports read. Names and meanings of these views and their columns stay;
-- columns may be added at the end.

CREATE VIEW dim_team AS SELECT id AS team, name FROM team;

CREATE VIEW dim_customer AS SELECT id AS customer, entity, language, state FROM customer;

CREATE VIEW dim_product AS SELECT id AS product, sku, name, type, unit, state FROM product;

CREATE VIEW dim_program AS SELECT id AS program, name, currency, state FROM coupon_program;

CREATE VIEW dim_reason AS SELECT reason, name, name_fa FROM reason;

CREATE VIEW dim_date AS SELECT * FROM day;

CREATE VIEW fact_refund AS
    SELECT n.id AS refund, n.number, n.state, n.ticket, t.team, n.customer, n.invoice, n.mode, n.reason,
        n.reversal_date AS refunded_on, n.created_at, (n.created_at AT TIME ZONE 'UTC')::date AS created_on,
        n.currency, n.untaxed, n.tax, n.total, n.residual, n.payment_state,
        n.accounting_date AS accounted_on
    FROM credit_note n LEFT JOIN ticket t ON t.id = n.ticket;

CREATE VIEW fact_refund_line AS
    SELECT l.document AS refund, l.place, n.state, n.ticket, t.team, n.customer, l.product, n.reason,
        n.reversal_date AS refunded_on, l.quantity, l.currency, l.unit_price, l.discount, l.untaxed, l.tax, l.total,
        n.accounting_date AS accounted_on
    FROM credit_note_line l JOIN credit_note n ON n.id = l.document LEFT JOIN ticket t ON t.id = n.ticket;

CREATE VIEW fact_payment AS
    SELECT p.id AS payment, p.state, p.direction, p.ticket, t.team, p.customer, p.invoice, p.credit_note AS refund,
        p.paid_on, p.created_at, p.currency, p.amount, p.refund_of
    FROM payment p LEFT JOIN ticket t ON t.id = p.ticket
    WHERE p.origin IS NULL AND p.state <> 'declined';

CREATE VIEW fact_coupon AS
    SELECT c.id AS coupon, c.number, c.state, c.ticket, t.team, c.customer, c.program, c.bound, c.expires_on,
        (c.redemption)."on" AS redeemed_on, ((c.redemption).amount).currency AS currency,
        ((c.redemption).amount).amount AS redeemed_amount,
        c.created_at, (c.created_at AT TIME ZONE 'UTC')::date AS created_on
    FROM coupon c LEFT JOIN ticket t ON t.id = c.ticket;

CREATE VIEW fact_return AS
    SELECT r.id AS return, r.number, r.state, r.ticket, t.team, r.customer, r.delivery, r.reason, r.closed_short,
        r.created_at, (r.created_at AT TIME ZONE 'UTC')::date AS created_on
    FROM return r LEFT JOIN ticket t ON t.id = r.ticket;

CREATE VIEW fact_return_line AS
    SELECT l.document AS return, l.place, r.state, r.ticket, t.team, r.customer, l.product, r.reason,
        l.quantity, l.received_quantity, l.redelivered_quantity,
        r.created_at, (r.created_at AT TIME ZONE 'UTC')::date AS created_on
    FROM return_line l JOIN return r ON r.id = l.document LEFT JOIN ticket t ON t.id = r.ticket;

CREATE VIEW fact_repair AS
    SELECT r.id AS repair, r.number, r.state, r.ticket, t.team, r.customer, r.product, r.return, r.quantity, r.unit,
        r.under_warranty, r.priority, r.scheduled_at, (r.quote).state AS quote_state, (r.quote).currency AS currency,
        (r.quote).total AS quote_total, (r.quote).valid_until AS quote_valid_until,
        r.created_at, (r.created_at AT TIME ZONE 'UTC')::date AS created_on
    FROM repair r LEFT JOIN ticket t ON t.id = r.ticket;

CREATE VIEW fact_task AS
    SELECT k.id AS task, k.number, k.state, k.ticket, t.team, k.customer, k.project, k.priority, k.deadline, k.planned_start, k.planned_end,
        k.worked_seconds, k.created_at, (k.created_at AT TIME ZONE 'UTC')::date AS created_on
    FROM task k LEFT JOIN ticket t ON t.id = k.ticket;

-- Of the two sums, each reopening takes away the time it was closed before.
CREATE VIEW fact_ticket AS
    SELECT t.id AS ticket, t.number, t.state, t.team, t.customer, t.product, t.priority, t.stage, t.rating,
        t.created_at AS opened_at, (t.created_at AT TIME ZONE 'UTC')::date AS opened_on,
        m.answered_at AS first_answered_at, extract(epoch FROM m.answered_at - t.created_at) AS seconds_to_answer,
        CASE t.state WHEN 'closed' THEN m.closed_at END AS closed_at,
        (CASE t.state WHEN 'closed' THEN m.closed_at END AT TIME ZONE 'UTC')::date AS closed_on,
        CASE t.state WHEN 'closed' THEN m.ended - m.begun END AS seconds_open, m.times_reopened
    FROM ticket t CROSS JOIN LATERAL (
        SELECT min(at) FILTER (WHERE kind = 'answered') AS answered_at, max(at) FILTER (WHERE kind = 'closed') AS closed_at,
            count(*) FILTER (WHERE kind = 'reopened') AS times_reopened,
            sum(extract(epoch FROM at)) FILTER (WHERE kind = 'closed') AS ended,
            sum(extract(epoch FROM at)) FILTER (WHERE kind IN ('opened', 'reopened')) AS begun
        FROM moment WHERE moment.ticket = t.id) m;
