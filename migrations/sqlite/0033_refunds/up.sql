-- What administrators refund of orders. status: requested, done, refused; key names the refund to a gateway.
CREATE TABLE ferro_refund (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    refund_key varchar NOT NULL,
    order_id integer NOT NULL,
    trade_no varchar NOT NULL,
    user_id integer NOT NULL,
    amount integer NOT NULL,
    destination varchar NOT NULL,
    status varchar NOT NULL,
    reason text NOT NULL,
    takes_back integer NOT NULL,
    admin_id integer NOT NULL,
    payment_id integer,
    callback_no varchar,
    asked_amount integer,
    gateway_no varchar,
    failure text,
    attempts integer NOT NULL DEFAULT 0,
    due_at integer,
    commission_returned integer NOT NULL DEFAULT 0,
    commission_owed integer NOT NULL DEFAULT 0,
    created_at integer NOT NULL,
    finished_at integer
);
CREATE UNIQUE INDEX ferro_refund_key ON ferro_refund (refund_key);
CREATE INDEX ferro_refund_order_id ON ferro_refund (order_id);
CREATE INDEX ferro_refund_due ON ferro_refund (status, due_at);
CREATE INDEX ferro_refund_finished_at ON ferro_refund (finished_at);

-- What all refunds of an order together took of it.
CREATE TABLE ferro_order_refund (
    order_id integer NOT NULL PRIMARY KEY,
    amount integer NOT NULL,
    by_gateway integer NOT NULL,
    taken_back integer NOT NULL
);
