-- What administrators refund of orders. status: requested, done, refused; key names the refund to a gateway.
CREATE TABLE ferro_refund (
    id bigserial PRIMARY KEY,
    refund_key varchar(36) NOT NULL,
    order_id bigint NOT NULL,
    trade_no varchar(36) NOT NULL,
    user_id bigint NOT NULL,
    amount bigint NOT NULL,
    destination varchar(16) NOT NULL,
    status varchar(16) NOT NULL,
    reason text NOT NULL,
    takes_back bigint NOT NULL,
    admin_id bigint NOT NULL,
    payment_id bigint,
    callback_no varchar(255),
    asked_amount bigint,
    gateway_no varchar(255),
    failure text,
    attempts bigint NOT NULL DEFAULT 0,
    due_at bigint,
    commission_returned bigint NOT NULL DEFAULT 0,
    commission_owed bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    finished_at bigint
);
CREATE UNIQUE INDEX ferro_refund_key ON ferro_refund (refund_key);
CREATE INDEX ferro_refund_order_id ON ferro_refund (order_id);
CREATE INDEX ferro_refund_due ON ferro_refund (status, due_at);
CREATE INDEX ferro_refund_finished_at ON ferro_refund (finished_at);

-- What all refunds of an order together took of it.
CREATE TABLE ferro_order_refund (
    order_id bigint NOT NULL PRIMARY KEY,
    amount bigint NOT NULL,
    by_gateway bigint NOT NULL,
    taken_back bigint NOT NULL
);
