-- The tables of money. Times are Unix seconds, amounts cents.

-- Everything that changed a balance or a commission balance. Rows are only added, each once for its cause.
-- account: 0 balance, 1 commission balance. The unique index also serves the sums of one account.
CREATE TABLE ferro_ledger (
    id integer PRIMARY KEY AUTOINCREMENT,
    user_id integer NOT NULL,
    account integer NOT NULL,
    amount integer NOT NULL,
    kind varchar NOT NULL,
    reference varchar NOT NULL,
    created_at integer NOT NULL
);
CREATE UNIQUE INDEX ferro_ledger_cause ON ferro_ledger (user_id, account, kind, reference);

-- Each user's unfinished order: there cannot be two.
CREATE TABLE ferro_open_order (
    user_id integer NOT NULL PRIMARY KEY,
    trade_no varchar NOT NULL
);

-- Paid orders that could not be opened, and why the last attempt failed.
CREATE TABLE ferro_order_failure (
    order_id integer NOT NULL PRIMARY KEY,
    reason text NOT NULL,
    attempts integer NOT NULL,
    failed_at integer NOT NULL
);

-- Payment notices as they arrived, written before they are judged; outcome is NULL until then.
CREATE TABLE ferro_raw_notice (
    id integer PRIMARY KEY AUTOINCREMENT,
    payment_id integer NOT NULL,
    method varchar NOT NULL,
    query_values text NOT NULL,
    header_values text NOT NULL,
    body blob NOT NULL,
    outcome varchar,
    reason text,
    received_at integer NOT NULL
);
CREATE INDEX ferro_raw_notice_received_at ON ferro_raw_notice (received_at);

-- Payments that gateways vouched for, each claimed once.
CREATE TABLE ferro_payment_notice (
    payment_id integer NOT NULL,
    callback_no varchar NOT NULL,
    trade_no varchar NOT NULL,
    amount integer,
    received_at integer NOT NULL,
    PRIMARY KEY (payment_id, callback_no)
);

-- Payments that bought nothing and that somebody must look at.
CREATE TABLE ferro_payment_review (
    id integer PRIMARY KEY AUTOINCREMENT,
    payment_id integer NOT NULL,
    callback_no varchar NOT NULL,
    reason varchar NOT NULL,
    trade_no varchar NOT NULL,
    order_id integer,
    amount integer,
    notice_id integer,
    received_at integer NOT NULL
);
CREATE UNIQUE INDEX ferro_payment_review_cause ON ferro_payment_review (payment_id, callback_no, reason);
