-- Receipts: what was bought, of whom and for how much, as it stood when it was paid. Never changed.
-- A receipt's number is its year and its place in it, and the places of a year have no gaps.
CREATE TABLE ferro_receipt (
    order_id bigint NOT NULL PRIMARY KEY,
    user_id bigint NOT NULL,
    trade_no varchar(36) NOT NULL,
    year bigint NOT NULL,
    place bigint NOT NULL,
    kind bigint NOT NULL,
    period varchar(32) NOT NULL,
    item text NOT NULL,
    buyer text NOT NULL,
    seller_name text NOT NULL,
    seller_address text NOT NULL,
    seller_tax_number text NOT NULL,
    seller_email text NOT NULL,
    currency text NOT NULL,
    price bigint NOT NULL,
    discount bigint NOT NULL,
    surplus bigint NOT NULL,
    balance bigint NOT NULL,
    total bigint NOT NULL,
    fee bigint NOT NULL,
    bonus bigint NOT NULL,
    tax_name text NOT NULL,
    tax_rate bigint NOT NULL,
    tax bigint NOT NULL,
    paid_by varchar(16) NOT NULL,
    method text NULL,
    ordered_at bigint NOT NULL,
    issued_at bigint NOT NULL
);

CREATE UNIQUE INDEX ferro_receipt_number ON ferro_receipt (year, place);

CREATE UNIQUE INDEX ferro_receipt_trade_no ON ferro_receipt (trade_no);

CREATE INDEX ferro_receipt_issued_at ON ferro_receipt (issued_at, order_id);

-- The last place of each year: the row that whoever draws a number locks.
CREATE TABLE ferro_receipt_year (
    year bigint NOT NULL PRIMARY KEY,
    place bigint NOT NULL
);

-- The ledger of one user, newest first, and of everybody by time.
CREATE INDEX ferro_ledger_user ON ferro_ledger (user_id, id);
CREATE INDEX ferro_ledger_created_at ON ferro_ledger (created_at, id);
