-- Whose subscriptions renew themselves; of each end of a subscription one renewal; and every attempt.
CREATE TABLE ferro_auto_renewal (
    user_id bigint NOT NULL PRIMARY KEY,
    created_at bigint NOT NULL
);

CREATE TABLE ferro_renewal (
    user_id bigint NOT NULL,
    ends_at bigint NOT NULL,
    status bigint NOT NULL DEFAULT 0,
    told bigint NOT NULL DEFAULT 0,
    price_told bigint NOT NULL DEFAULT 0,
    price bigint NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (user_id, ends_at)
);

CREATE INDEX ferro_renewal_ends_at ON ferro_renewal (ends_at);

CREATE TABLE ferro_renewal_attempt (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL,
    ends_at bigint NOT NULL,
    outcome varchar(16) NOT NULL,
    price bigint NULL,
    balance bigint NOT NULL,
    trade_no varchar(36) NULL,
    created_at bigint NOT NULL
);

CREATE INDEX ferro_renewal_attempt_user ON ferro_renewal_attempt (user_id, id);

CREATE INDEX ferro_renewal_attempt_created_at ON ferro_renewal_attempt (created_at);
