-- Where events go; kinds are names separated by commas, or * for all.
CREATE TABLE ferro_webhook (
    id bigserial PRIMARY KEY,
    url text NOT NULL,
    secret varchar(128) NOT NULL,
    kinds text NOT NULL,
    active bigint NOT NULL,
    failing_since bigint,
    switched_off_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

-- What happened, as the transaction told it that did it. spread: whether its deliveries were made.
CREATE TABLE ferro_event (
    id bigserial PRIMARY KEY,
    kind varchar(64) NOT NULL,
    subject varchar(96) NOT NULL,
    data text NOT NULL,
    spread bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL
);
CREATE INDEX ferro_event_spread ON ferro_event (spread, id);
CREATE INDEX ferro_event_created_at ON ferro_event (created_at);

-- An event on its way to an endpoint. status: pending, delivered, failed; lease marks what a sender holds.
CREATE TABLE ferro_webhook_delivery (
    id bigserial PRIMARY KEY,
    webhook_id bigint NOT NULL,
    event_id bigint NOT NULL,
    kind varchar(64) NOT NULL,
    subject varchar(96) NOT NULL,
    status varchar(16) NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    next_attempt_at bigint NOT NULL DEFAULT 0,
    lease varchar(36),
    leased_until bigint NOT NULL DEFAULT 0,
    http_status bigint,
    last_error varchar(255),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE UNIQUE INDEX ferro_webhook_delivery_event ON ferro_webhook_delivery (event_id, webhook_id);
CREATE INDEX ferro_webhook_delivery_due ON ferro_webhook_delivery (webhook_id, status, next_attempt_at);
CREATE INDEX ferro_webhook_delivery_turn ON ferro_webhook_delivery (webhook_id, subject, status, id);
CREATE INDEX ferro_webhook_delivery_lease ON ferro_webhook_delivery (lease);
