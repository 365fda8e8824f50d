-- The tables that Xboard does not have. Times are Unix seconds.

-- Where a login session was opened from; the session itself is a row of personal_access_tokens with the same name.
CREATE TABLE ferro_session (
    id varchar NOT NULL PRIMARY KEY,
    user_id integer NOT NULL,
    ip varchar,
    user_agent varchar,
    created_at integer NOT NULL
);
CREATE INDEX ferro_session_user_id ON ferro_session (user_id);

-- Mailed one-time codes, one for each address.
CREATE TABLE ferro_email_code (
    email varchar NOT NULL PRIMARY KEY,
    code varchar NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0,
    expires_at integer NOT NULL
);
CREATE INDEX ferro_email_code_expires_at ON ferro_email_code (expires_at);

-- One-time login tokens by their SHA-256.
CREATE TABLE ferro_login_token (
    digest varchar NOT NULL PRIMARY KEY,
    user_id integer NOT NULL,
    expires_at integer NOT NULL
);
CREATE INDEX ferro_login_token_expires_at ON ferro_login_token (expires_at);

-- Events counted for a while: wrong passwords, registrations of an address, mails to one.
CREATE TABLE ferro_counter (
    name varchar NOT NULL PRIMARY KEY,
    count integer NOT NULL,
    expires_at integer NOT NULL
);
CREATE INDEX ferro_counter_expires_at ON ferro_counter (expires_at);

-- The outbox. status: 0 waiting, 1 sending (leased), 2 sent, 3 failed for good.
CREATE TABLE ferro_mail (
    id integer PRIMARY KEY AUTOINCREMENT,
    email varchar NOT NULL,
    subject varchar NOT NULL,
    template varchar NOT NULL,
    template_values text NOT NULL,
    status integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at integer NOT NULL,
    leased_until integer NOT NULL DEFAULT 0,
    last_error text,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);
CREATE INDEX ferro_mail_status_next_attempt_at ON ferro_mail (status, next_attempt_at);

-- The panel's own secrets, such as the key that signs sessions.
CREATE TABLE ferro_secret (
    name varchar NOT NULL PRIMARY KEY,
    value text NOT NULL,
    created_at integer NOT NULL
);

-- Scheduled jobs: which process runs each, and how its last run went.
CREATE TABLE ferro_job (
    name varchar NOT NULL PRIMARY KEY,
    holder varchar,
    leased_until integer NOT NULL DEFAULT 0,
    last_started_at integer,
    last_finished_at integer,
    last_error text
);
