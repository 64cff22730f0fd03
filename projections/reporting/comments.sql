COMMENT ON TYPE price      IS 'An amount with its currency.';
COMMENT ON TYPE redemption IS 'The use of a coupon.';
COMMENT ON TYPE quote      IS 'The quotation of a repair.';

COMMENT ON TABLE team             IS 'Teams; read as dim_team.';
COMMENT ON TABLE customer         IS 'Customers without what names or reaches them; read as dim_customer.';
COMMENT ON TABLE product          IS 'Products; read as dim_product.';
COMMENT ON TABLE coupon_program   IS 'Coupon programs; read as dim_program.';
COMMENT ON TABLE ticket           IS 'Tickets; read as fact_ticket.';
COMMENT ON TABLE moment           IS 'When tickets were opened, answered, closed and reopened; read as fact_ticket.';
COMMENT ON TABLE credit_note      IS 'Credit notes; read as fact_refund.';
COMMENT ON TABLE credit_note_line IS 'Lines of credit notes; read as fact_refund_line.';
COMMENT ON TABLE payment          IS 'Payments of both directions; read as fact_payment.';
COMMENT ON TABLE coupon           IS 'Coupons without their codes; read as fact_coupon.';
COMMENT ON TABLE return           IS 'Returns; read as fact_return.';
COMMENT ON TABLE return_line      IS 'Lines of returns; read as fact_return_line.';
COMMENT ON TABLE repair           IS 'Repairs; read as fact_repair.';
COMMENT ON TABLE task             IS 'Visits; read as fact_task.';
COMMENT ON TABLE reason           IS 'Kinds of reasons; read as dim_reason.';
COMMENT ON TABLE day              IS 'Days; read as dim_date.';

COMMENT ON VIEW dim_team         IS 'Teams.';
COMMENT ON VIEW dim_customer     IS 'Customers, by id only; several contacts share an entity, their company.';
COMMENT ON VIEW dim_product      IS 'Products.';
COMMENT ON VIEW dim_program      IS 'Coupon programs.';
COMMENT ON VIEW dim_reason       IS 'Whether a reason was given, and of what kind; the words themselves may be about people and are not here.';
COMMENT ON VIEW dim_date         IS 'Days from March 1979 to March 2069 in the Gregorian and the Jalali calendar, with names in English and Persian (_fa).';
COMMENT ON VIEW fact_refund      IS 'Credit notes, one row each, in all states; count money of state posted only.';
COMMENT ON VIEW fact_refund_line IS 'Lines of credit notes, one row each; without quantity and price where an amount was credited.';
COMMENT ON VIEW fact_payment     IS 'Payments from customers (in) and back to them (out), one row each, without declined ones and without open money that went on to another invoice: it counts where it came in.';
COMMENT ON VIEW fact_coupon      IS 'Coupons, one row each, without their codes.';
COMMENT ON VIEW fact_return      IS 'Returns, one row each.';
COMMENT ON VIEW fact_return_line IS 'Lines of returns, one row each.';
COMMENT ON VIEW fact_repair      IS 'Repairs, one row each.';
COMMENT ON VIEW fact_task        IS 'Visits, one row each.';
COMMENT ON VIEW fact_ticket      IS 'Tickets with how long things took, one row each.';

-- A column means the same wherever it stands, unless its relation is named.
DO $$ DECLARE c record; BEGIN
    FOR c IN
        WITH text (relation, attribute, meaning) AS (VALUES
            (NULL, 'id', 'Id.'),
            (NULL, 'number', 'Number that people call it by, once allotted.'),
            (NULL, 'state', 'State, by its kind.'),
            (NULL, 'ticket', 'Ticket that it was made from, if any.'),
            (NULL, 'team', 'Team that the ticket is with now; see dim_team.'),
            (NULL, 'customer', 'Customer; see dim_customer.'),
            (NULL, 'product', 'Product; see dim_product.'),
            (NULL, 'program', 'Coupon program; see dim_program.'),
            (NULL, 'invoice', 'Invoice.'),
            (NULL, 'delivery', 'Delivery that it came with.'),
            (NULL, 'refund', 'Credit note; see fact_refund.'),
            (NULL, 'return', 'Return; see fact_return.'),
            (NULL, 'reason', 'Kind of the reason that was given; see dim_reason.'),
            (NULL, 'mode', 'What becomes of the credit note: draft, posted at once, or with a new invoice.'),
            (NULL, 'created_at', 'When it was recorded.'),
            (NULL, 'created_on', 'Day of that in UTC; see dim_date.'),
            (NULL, 'refunded_on', 'Date of the credit note, in the company''s time zone; see dim_date.'),
            (NULL, 'reversal_date', 'Date of the credit note, in the company''s time zone.'),
            (NULL, 'accounted_on', 'Day that it counts on in the books: later than refunded_on when that was locked; see dim_date.'),
            (NULL, 'accounting_date', 'Day that it counts on in the books.'),
            (NULL, 'paid_on', 'Day of the payment, in the company''s time zone; see dim_date.'),
            (NULL, 'currency', 'ISO 4217 code of the amounts in the row; null where there is no amount.'),
            (NULL, 'amount', 'Amount in the currency.'),
            (NULL, 'untaxed', 'Amount without tax, in the currency.'),
            (NULL, 'tax', 'Tax, in the currency.'),
            (NULL, 'total', 'Amount with tax, in the currency.'),
            (NULL, 'residual', 'What is still to be given back, in the currency.'),
            (NULL, 'payment_state', 'How far it is settled.'),
            (NULL, 'unit_price', 'Price of a unit before discount, in the currency.'),
            (NULL, 'discount', 'Discount in percent.'),
            (NULL, 'quantity', 'Quantity in the product''s unit: credited, announced, or to be repaired.'),
            (NULL, 'received_quantity', 'What arrived.'),
            (NULL, 'redelivered_quantity', 'What was sent again.'),
            (NULL, 'document', 'Document that the line belongs to.'),
            (NULL, 'place', 'Place of the line in its document, from 0.'),
            (NULL, 'direction', 'in: from the customer; out: back to them.'),
            (NULL, 'credit_note', 'Credit note that money went back for.'),
            (NULL, 'refund_of', 'Payment that this one gave open money back of, if not out of a credit note.'),
            (NULL, 'origin', 'Payment that open money came from.'),
            (NULL, 'bound', 'Whether only its customer''s company may use it.'),
            (NULL, 'expires_on', 'Last day of use, in the company''s time zone.'),
            (NULL, 'redemption', 'Its use, if there was one.'),
            (NULL, 'redeemed_on', 'Day of its use, in the company''s time zone.'),
            (NULL, 'redeemed_amount', 'What it took off, in the currency, if the shop told.'),
            (NULL, 'on', 'Day, in the company''s time zone.'),
            (NULL, 'closed_short', 'Whether the rest was given up.'),
            (NULL, 'unit', 'Unit of quantities.'),
            (NULL, 'under_warranty', 'Whether it is free of charge.'),
            (NULL, 'scheduled_at', 'When it is to be done.'),
            (NULL, 'quote', 'The quotation, if there is one.'),
            (NULL, 'quote_state', 'State of the quotation.'),
            (NULL, 'quote_total', 'Total of the quotation, in the currency.'),
            (NULL, 'quote_valid_until', 'Last day to accept the quotation.'),
            (NULL, 'valid_until', 'Last day to accept it.'),
            (NULL, 'repair', 'Id of the repair.'),
            (NULL, 'task', 'Id of the visit.'),
            (NULL, 'coupon', 'Id of the coupon.'),
            (NULL, 'payment', 'Id of the payment.'),
            (NULL, 'project', 'Project that it belongs to.'),
            (NULL, 'planned_start', 'Planned begin.'),
            (NULL, 'planned_end', 'Planned end.'),
            (NULL, 'worked_seconds', 'Seconds of work, by the timers that were stopped.'),
            (NULL, 'entity', 'Commercial entity: the customer, or the company of a contact.'),
            (NULL, 'language', 'Language of mails: en or fa.'),
            (NULL, 'name', 'Name.'),
            (NULL, 'name_fa', 'Name in Persian.'),
            (NULL, 'sku', 'Article number.'),
            (NULL, 'type', 'Type of the product.'),
            (NULL, 'priority', 'low, medium, high or urgent.'),
            (NULL, 'deadline', 'Last day to do it, in the company''s time zone.'),
            ('repair', 'priority', '0, or 1 for urgent.'),
            ('task', 'priority', '0 (low) to 3 (urgent).'),
            ('fact_repair', 'priority', '0, or 1 for urgent.'),
            ('fact_task', 'priority', '0 (low) to 3 (urgent).'),
            (NULL, 'stage', 'Stage in its team.'),
            (NULL, 'rating', 'What the customer thought of it: satisfied, neutral or dissatisfied.'),
            (NULL, 'opened_at', 'When it was opened.'),
            (NULL, 'opened_on', 'Day of that in UTC; see dim_date.'),
            (NULL, 'first_answered_at', 'When the team first wrote to the customer.'),
            (NULL, 'seconds_to_answer', 'From opening to that, in seconds.'),
            (NULL, 'closed_at', 'When it was last closed; null while it is open.'),
            (NULL, 'closed_on', 'Day of that in UTC; see dim_date.'),
            (NULL, 'seconds_open', 'Time that it was open, in seconds, without the time before reopenings; null while it is open.'),
            (NULL, 'times_reopened', 'How often it was reopened.'),
            (NULL, 'position', 'Place in the log.'),
            (NULL, 'kind', 'opened, answered, closed or reopened.'),
            (NULL, 'at', 'When.'),
            (NULL, 'day', 'The day.'),
            (NULL, 'year', 'Gregorian year.'),
            (NULL, 'quarter', 'Quarter of the Gregorian year.'),
            (NULL, 'month', 'Month of the Gregorian year, from 1.'),
            (NULL, 'month_name', 'Its English name.'),
            (NULL, 'month_name_fa', 'Its Persian name.'),
            (NULL, 'day_of_month', 'Day of the Gregorian month.'),
            (NULL, 'iso_year', 'Year that the ISO week belongs to.'),
            (NULL, 'iso_week', 'ISO week.'),
            (NULL, 'weekday', 'ISO weekday: 1 Monday to 7 Sunday.'),
            (NULL, 'weekday_name', 'Its English name.'),
            (NULL, 'weekday_name_fa', 'Its Persian name.'),
            (NULL, 'jalali_year', 'Jalali year.'),
            (NULL, 'jalali_quarter', 'Quarter of the Jalali year.'),
            (NULL, 'jalali_month', 'Month of the Jalali year, from 1, Farvardin.'),
            (NULL, 'jalali_month_name', 'Its English name.'),
            (NULL, 'jalali_month_name_fa', 'Its Persian name.'),
            (NULL, 'jalali_day_of_month', 'Day of the Jalali month.'),
            (NULL, 'jalali_date', 'The Jalali date as text: 1403-01-31.'),
            ('dim_team', 'team', 'Id of the team.'),
            ('dim_customer', 'customer', 'Id of the customer.'),
            ('dim_product', 'product', 'Id of the product.'),
            ('dim_program', 'program', 'Id of the program.'),
            ('dim_reason', 'reason', 'none, ticket (the number of one, which is the default) or stated.'),
            ('reason', 'reason', 'none, ticket (the number of one, which is the default) or stated.'),
            ('fact_refund', 'refund', 'Id of the credit note.'),
            ('fact_return', 'return', 'Id of the return.'),
            ('fact_ticket', 'ticket', 'Id of the ticket.'),
            ('moment', 'ticket', 'The ticket.'),
            ('fact_refund', 'state', 'draft, posted or discarded.'),
            ('fact_refund_line', 'state', 'State of the credit note: draft, posted or discarded.'),
            ('fact_coupon', 'state', 'active, reserved, redeemed, expired or revoked, as recorded.'),
            ('fact_payment', 'state', 'allocated; open since it was released, partly_allocated or refunded after that.'),
            ('fact_return', 'state', 'ready, partially_received, received or cancelled.'),
            ('fact_return_line', 'state', 'State of the return: ready, partially_received, received or cancelled.'),
            ('fact_repair', 'state', 'draft, confirmed, under_repair, done or cancelled.'),
            ('fact_task', 'state', 'new, planned, in_progress, done or cancelled.'),
            ('fact_ticket', 'state', 'open or closed.'))
        SELECT DISTINCT ON (k.relname, a.attname) k.relname, a.attname, text.meaning
        FROM pg_class k JOIN pg_attribute a ON a.attrelid = k.oid AND a.attnum > 0
            JOIN text ON text.attribute = a.attname AND coalesce(text.relation, k.relname) = k.relname
        WHERE k.relnamespace = current_schema()::regnamespace AND k.relkind IN ('r', 'v', 'c') AND k.relname <> 'aggregate'
        ORDER BY k.relname, a.attname, text.relation NULLS LAST
    LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', c.relname, c.attname, c.meaning);
    END LOOP;
END $$;
