-- Whose subscriptions renew themselves; of each end of a subscription one renewal; and every attempt.
CREATE TABLE ferro_auto_renewal (
    user_id integer NOT NULL PRIMARY KEY,
    created_at integer NOT NULL
);

CREATE TABLE ferro_renewal (
    user_id integer NOT NULL,
    ends_at integer NOT NULL,
    status integer NOT NULL DEFAULT 0,
    told integer NOT NULL DEFAULT 0,
    price_told integer NOT NULL DEFAULT 0,
    price integer NULL,
    updated_at integer NOT NULL,
    PRIMARY KEY (user_id, ends_at)
);

CREATE INDEX ferro_renewal_ends_at ON ferro_renewal (ends_at);

CREATE TABLE ferro_renewal_attempt (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id integer NOT NULL,
    ends_at integer NOT NULL,
    outcome varchar NOT NULL,
    price integer NULL,
    balance integer NOT NULL,
    trade_no varchar NULL,
    created_at integer NOT NULL
);

CREATE INDEX ferro_renewal_attempt_user ON ferro_renewal_attempt (user_id, id);

CREATE INDEX ferro_renewal_attempt_created_at ON ferro_renewal_attempt (created_at);
