-- The tables of the bundled plugins. Times are Unix seconds.

-- Real names: at most one submission a user. status: 1 pending, 2 approved, 3 rejected. Names and numbers are sealed for
-- their row; what may be shown is beside them. reviewed_by 0 is the rules.
CREATE TABLE ferro_real_name (
    user_id bigint NOT NULL PRIMARY KEY,
    status bigint NOT NULL,
    real_name_enc text,
    identity_no_enc text,
    identity_hash varchar(64) NOT NULL,
    key_id bigint NOT NULL,
    real_name_masked varchar(64) NOT NULL,
    identity_no_masked varchar(32) NOT NULL,
    checksum_valid bigint NOT NULL,
    submitted_at bigint NOT NULL,
    submit_count bigint NOT NULL,
    reviewed_at bigint,
    reviewed_by bigint,
    review_source varchar(16),
    reject_reason varchar(255),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX ferro_real_name_identity_hash ON ferro_real_name (identity_hash, status);
CREATE INDEX ferro_real_name_status_submitted_at ON ferro_real_name (status, submitted_at);
CREATE INDEX ferro_real_name_submitted_at ON ferro_real_name (submitted_at);

-- Locks that submissions of one identity share: the number is a part of its hash.
CREATE TABLE ferro_identity_lock (
    lock_id bigint NOT NULL PRIMARY KEY
);

-- Long operations of administrators: which process runs each, and how far it has come.
CREATE TABLE ferro_operation (
    name varchar(64) NOT NULL PRIMARY KEY,
    holder varchar(64),
    leased_until bigint NOT NULL DEFAULT 0,
    argument bigint NOT NULL DEFAULT 0,
    started_by bigint,
    position bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    failed_ids text,
    started_at bigint,
    finished_at bigint
);

-- Second accounts: which row of v2_user belongs to which, once for each kind. status: 1 active, 0 switched off.
CREATE TABLE ferro_shadow_account (
    id bigserial PRIMARY KEY,
    kind varchar(16) NOT NULL DEFAULT 'ipv6',
    user_id bigint NOT NULL,
    shadow_user_id bigint NOT NULL,
    status bigint NOT NULL DEFAULT 1,
    password_synced_at bigint,
    synced_at bigint,
    sync_error varchar(255),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE UNIQUE INDEX ferro_shadow_account_user_id ON ferro_shadow_account (user_id, kind);
CREATE UNIQUE INDEX ferro_shadow_account_shadow_user_id ON ferro_shadow_account (shadow_user_id);
