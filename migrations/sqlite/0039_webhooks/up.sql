-- Where events go; kinds are names separated by commas, or * for all.
CREATE TABLE ferro_webhook (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    url text NOT NULL,
    secret varchar NOT NULL,
    kinds text NOT NULL,
    active integer NOT NULL,
    failing_since integer,
    switched_off_at integer,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);

-- What happened, as the transaction told it that did it. spread: whether its deliveries were made.
CREATE TABLE ferro_event (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind varchar NOT NULL,
    subject varchar NOT NULL,
    data text NOT NULL,
    spread integer NOT NULL DEFAULT 0,
    created_at integer NOT NULL
);
CREATE INDEX ferro_event_spread ON ferro_event (spread, id);
CREATE INDEX ferro_event_created_at ON ferro_event (created_at);

-- An event on its way to an endpoint. status: pending, delivered, failed; lease marks what a sender holds.
CREATE TABLE ferro_webhook_delivery (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    webhook_id integer NOT NULL,
    event_id integer NOT NULL,
    kind varchar NOT NULL,
    subject varchar NOT NULL,
    status varchar NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at integer NOT NULL DEFAULT 0,
    lease varchar,
    leased_until integer NOT NULL DEFAULT 0,
    http_status integer,
    last_error varchar,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);
CREATE UNIQUE INDEX ferro_webhook_delivery_event ON ferro_webhook_delivery (event_id, webhook_id);
CREATE INDEX ferro_webhook_delivery_due ON ferro_webhook_delivery (webhook_id, status, next_attempt_at);
CREATE INDEX ferro_webhook_delivery_turn ON ferro_webhook_delivery (webhook_id, subject, status, id);
CREATE INDEX ferro_webhook_delivery_lease ON ferro_webhook_delivery (lease);
