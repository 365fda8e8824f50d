-- The tables of the bundled plugins. Times are Unix seconds.

-- Real names: at most one submission a user. status: 1 pending, 2 approved, 3 rejected. Names and numbers are sealed for
-- their row; what may be shown is beside them. reviewed_by 0 is the rules.
CREATE TABLE ferro_real_name (
    user_id integer NOT NULL PRIMARY KEY,
    status integer NOT NULL,
    real_name_enc text,
    identity_no_enc text,
    identity_hash varchar NOT NULL,
    key_id integer NOT NULL,
    real_name_masked varchar NOT NULL,
    identity_no_masked varchar NOT NULL,
    checksum_valid integer NOT NULL,
    submitted_at integer NOT NULL,
    submit_count integer NOT NULL,
    reviewed_at integer,
    reviewed_by integer,
    review_source varchar,
    reject_reason varchar,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);
CREATE INDEX ferro_real_name_identity_hash ON ferro_real_name (identity_hash, status);
CREATE INDEX ferro_real_name_status_submitted_at ON ferro_real_name (status, submitted_at);
CREATE INDEX ferro_real_name_submitted_at ON ferro_real_name (submitted_at);

-- Locks that submissions of one identity share: the number is a part of its hash.
CREATE TABLE ferro_identity_lock (
    lock_id integer NOT NULL PRIMARY KEY
);

-- Long operations of administrators: which process runs each, and how far it has come.
CREATE TABLE ferro_operation (
    name varchar NOT NULL PRIMARY KEY,
    holder varchar,
    leased_until integer NOT NULL DEFAULT 0,
    argument integer NOT NULL DEFAULT 0,
    started_by integer,
    position integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    removed integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    failed_ids text,
    started_at integer,
    finished_at integer
);

-- Second accounts: which row of v2_user belongs to which, once for each kind. status: 1 active, 0 switched off.
CREATE TABLE ferro_shadow_account (
    id integer PRIMARY KEY AUTOINCREMENT,
    kind varchar NOT NULL DEFAULT 'ipv6',
    user_id integer NOT NULL,
    shadow_user_id integer NOT NULL,
    status integer NOT NULL DEFAULT 1,
    password_synced_at integer,
    synced_at integer,
    sync_error varchar,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);
CREATE UNIQUE INDEX ferro_shadow_account_user_id ON ferro_shadow_account (user_id, kind);
CREATE UNIQUE INDEX ferro_shadow_account_shadow_user_id ON ferro_shadow_account (shadow_user_id);
