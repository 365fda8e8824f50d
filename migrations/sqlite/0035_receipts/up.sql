-- Receipts: what was bought, of whom and for how much, as it stood when it was paid. Never changed.
-- A receipt's number is its year and its place in it, and the places of a year have no gaps.
CREATE TABLE ferro_receipt (
    order_id integer NOT NULL PRIMARY KEY,
    user_id integer NOT NULL,
    trade_no varchar NOT NULL,
    year integer NOT NULL,
    place integer NOT NULL,
    kind integer NOT NULL,
    period varchar NOT NULL,
    item text NOT NULL,
    buyer text NOT NULL,
    seller_name text NOT NULL,
    seller_address text NOT NULL,
    seller_tax_number text NOT NULL,
    seller_email text NOT NULL,
    currency text NOT NULL,
    price integer NOT NULL,
    discount integer NOT NULL,
    surplus integer NOT NULL,
    balance integer NOT NULL,
    total integer NOT NULL,
    fee integer NOT NULL,
    bonus integer NOT NULL,
    tax_name text NOT NULL,
    tax_rate integer NOT NULL,
    tax integer NOT NULL,
    paid_by varchar NOT NULL,
    method text NULL,
    ordered_at integer NOT NULL,
    issued_at integer NOT NULL
);

CREATE UNIQUE INDEX ferro_receipt_number ON ferro_receipt (year, place);

CREATE UNIQUE INDEX ferro_receipt_trade_no ON ferro_receipt (trade_no);

CREATE INDEX ferro_receipt_issued_at ON ferro_receipt (issued_at, order_id);

-- The last place of each year: the row that whoever draws a number locks.
CREATE TABLE ferro_receipt_year (
    year integer NOT NULL PRIMARY KEY,
    place integer NOT NULL
);

-- The ledger of one user, newest first, and of everybody by time.
CREATE INDEX ferro_ledger_user ON ferro_ledger (user_id, id);
CREATE INDEX ferro_ledger_created_at ON ferro_ledger (created_at, id);
