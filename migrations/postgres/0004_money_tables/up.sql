-- The tables of money. Times are Unix seconds, amounts cents.

-- Everything that changed a balance or a commission balance. Rows are only added, each once for its cause.
-- account: 0 balance, 1 commission balance. The unique index also serves the sums of one account.
CREATE TABLE ferro_ledger (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL,
    account bigint NOT NULL,
    amount bigint NOT NULL,
    kind varchar(32) NOT NULL,
    reference varchar(64) NOT NULL,
    created_at bigint NOT NULL
);
CREATE UNIQUE INDEX ferro_ledger_cause ON ferro_ledger (user_id, account, kind, reference);

-- Each user's unfinished order: there cannot be two.
CREATE TABLE ferro_open_order (
    user_id bigint NOT NULL PRIMARY KEY,
    trade_no varchar(36) NOT NULL
);

-- Paid orders that could not be opened, and why the last attempt failed.
CREATE TABLE ferro_order_failure (
    order_id bigint NOT NULL PRIMARY KEY,
    reason text NOT NULL,
    attempts bigint NOT NULL,
    failed_at bigint NOT NULL
);

-- Payment notices as they arrived, written before they are judged; outcome is NULL until then.
CREATE TABLE ferro_raw_notice (
    id bigserial PRIMARY KEY,
    payment_id bigint NOT NULL,
    method varchar(16) NOT NULL,
    query_values text NOT NULL,
    header_values text NOT NULL,
    body bytea NOT NULL,
    outcome varchar(32),
    reason text,
    received_at bigint NOT NULL
);
CREATE INDEX ferro_raw_notice_received_at ON ferro_raw_notice (received_at);

-- Payments that gateways vouched for, each claimed once.
CREATE TABLE ferro_payment_notice (
    payment_id bigint NOT NULL,
    callback_no varchar(255) NOT NULL,
    trade_no varchar(36) NOT NULL,
    amount bigint,
    received_at bigint NOT NULL,
    PRIMARY KEY (payment_id, callback_no)
);

-- Payments that bought nothing and that somebody must look at.
CREATE TABLE ferro_payment_review (
    id bigserial PRIMARY KEY,
    payment_id bigint NOT NULL,
    callback_no varchar(255) NOT NULL,
    reason varchar(32) NOT NULL,
    trade_no varchar(255) NOT NULL,
    order_id bigint,
    amount bigint,
    notice_id bigint,
    received_at bigint NOT NULL
);
CREATE UNIQUE INDEX ferro_payment_review_cause ON ferro_payment_review (payment_id, callback_no, reason);
