-- The columns of the tables are the list of what leaves for reports: no names,
-- mail addresses, texts or signatures of people, no codes, no payment
-- references, no user ids. Values come from the documents' own JSON by these
-- names.

CREATE TYPE price AS (amount numeric, currency text);
CREATE TYPE redemption AS ("on" date, amount price);
CREATE TYPE quote AS (state text, currency text, total numeric, valid_until date);

CREATE TABLE team (
    id   uuid PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE customer (
    id       uuid PRIMARY KEY,
    entity   uuid,
    language text,
    state    text NOT NULL
);

CREATE TABLE product (
    id    uuid PRIMARY KEY,
    sku   text,
    name  text NOT NULL,
    type  text NOT NULL,
    unit  text NOT NULL,
    state text NOT NULL
);

CREATE TABLE coupon_program (
    id       uuid PRIMARY KEY,
    name     text NOT NULL,
    currency text,
    state    text NOT NULL
);

CREATE TABLE ticket (
    id         uuid        PRIMARY KEY,
    number     text,
    state      text        NOT NULL,
    team       uuid        NOT NULL,
    customer   uuid,
    product    uuid,
    priority   text,
    stage      text,
    rating     text,
    created_at timestamptz NOT NULL
);
CREATE INDEX ticket_by_time ON ticket (created_at);

CREATE TABLE moment (
    position bigint      PRIMARY KEY,
    ticket   uuid        NOT NULL,
    kind     text        NOT NULL,
    at       timestamptz NOT NULL
);
CREATE INDEX moment_by_ticket ON moment (ticket);

CREATE TABLE credit_note (
    id            uuid        PRIMARY KEY,
    number        text,
    state         text        NOT NULL,
    ticket        uuid,
    customer      uuid,
    invoice       uuid        NOT NULL,
    mode          text        NOT NULL,
    reason        text        NOT NULL,
    reversal_date date,
    accounting_date date,
    created_at    timestamptz NOT NULL,
    currency      text        NOT NULL,
    untaxed       numeric     NOT NULL,
    tax           numeric     NOT NULL,
    total         numeric     NOT NULL,
    residual      numeric     NOT NULL,
    payment_state text
);
CREATE INDEX credit_note_by_date ON credit_note (reversal_date);
CREATE INDEX credit_note_by_accounting_date ON credit_note (accounting_date);

CREATE TABLE credit_note_line (
    document   uuid    NOT NULL,
    place      int     NOT NULL,
    product    uuid,
    quantity   numeric,
    unit_price numeric,
    discount   numeric,
    currency   text    NOT NULL,
    untaxed    numeric NOT NULL,
    tax        numeric NOT NULL,
    total      numeric NOT NULL,
    PRIMARY KEY (document, place)
);
CREATE INDEX credit_note_line_by_product ON credit_note_line (product);

CREATE TABLE payment (
    id          uuid        PRIMARY KEY,
    state       text        NOT NULL,
    direction   text        NOT NULL,
    ticket      uuid,
    customer    uuid,
    invoice     uuid,
    credit_note uuid,
    origin      uuid,
    refund_of   uuid,
    paid_on     date        NOT NULL,
    created_at  timestamptz NOT NULL,
    currency    text        NOT NULL,
    amount      numeric     NOT NULL
);
CREATE INDEX payment_by_date ON payment (paid_on);

CREATE TABLE coupon (
    id         uuid        PRIMARY KEY,
    number     text,
    state      text        NOT NULL,
    ticket     uuid,
    customer   uuid,
    program    uuid        NOT NULL,
    bound      boolean     NOT NULL,
    expires_on date,
    redemption redemption,
    created_at timestamptz NOT NULL
);
CREATE INDEX coupon_by_time ON coupon (created_at);

CREATE TABLE return (
    id           uuid        PRIMARY KEY,
    number       text,
    state        text        NOT NULL,
    ticket       uuid,
    customer     uuid,
    delivery     uuid        NOT NULL,
    reason       text        NOT NULL,
    closed_short boolean     NOT NULL,
    created_at   timestamptz NOT NULL
);
CREATE INDEX return_by_time ON return (created_at);

CREATE TABLE return_line (
    document             uuid    NOT NULL,
    place                int     NOT NULL,
    product              uuid,
    quantity             numeric NOT NULL,
    received_quantity    numeric NOT NULL,
    redelivered_quantity numeric NOT NULL,
    PRIMARY KEY (document, place)
);
CREATE INDEX return_line_by_product ON return_line (product);

CREATE TABLE repair (
    id             uuid        PRIMARY KEY,
    number         text,
    state          text        NOT NULL,
    ticket         uuid,
    customer       uuid,
    product        uuid,
    "return"       uuid,
    quantity       numeric     NOT NULL,
    unit           text,
    under_warranty boolean     NOT NULL,
    priority       int         NOT NULL,
    scheduled_at   timestamptz NOT NULL,
    quote          quote,
    created_at     timestamptz NOT NULL
);
CREATE INDEX repair_by_time ON repair (created_at);

CREATE TABLE task (
    id             uuid        PRIMARY KEY,
    number         text,
    state          text        NOT NULL,
    ticket         uuid,
    customer       uuid,
    project        uuid        NOT NULL,
    priority       int         NOT NULL,
    deadline       date,
    planned_start  timestamptz,
    planned_end    timestamptz,
    worked_seconds bigint      NOT NULL,
    created_at     timestamptz NOT NULL
);
CREATE INDEX task_by_time ON task (created_at);

CREATE TABLE reason (
    reason text PRIMARY KEY,
    name   text NOT NULL,
    name_fa text NOT NULL
);
INSERT INTO reason VALUES
    ('none', 'No reason given', 'بدون دلیل'),
    ('ticket', 'Number of a ticket', 'شمارهٔ تیکت'),
    ('stated', 'In words', 'با توضیح');

CREATE TABLE day (
    day            date PRIMARY KEY,
    year           int  NOT NULL,
    quarter        int  NOT NULL,
    month          int  NOT NULL,
    month_name     text NOT NULL,
    month_name_fa  text NOT NULL,
    day_of_month   int  NOT NULL,
    iso_year       int  NOT NULL,
    iso_week       int  NOT NULL,
    weekday        int  NOT NULL,
    weekday_name   text NOT NULL,
    weekday_name_fa text NOT NULL,
    jalali_year    int  NOT NULL,
    jalali_quarter int  NOT NULL,
    jalali_month   int  NOT NULL,
    jalali_month_name text NOT NULL,
    jalali_month_name_fa text NOT NULL,
    jalali_day_of_month int NOT NULL,
    jalali_date    text NOT NULL
);
