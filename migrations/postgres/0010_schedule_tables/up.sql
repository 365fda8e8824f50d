-- What the schedule needs. Times are Unix seconds.

-- By which rule the next traffic resets of a plan's users were last computed.
CREATE TABLE ferro_reset_rule (
    plan_id bigint NOT NULL PRIMARY KEY,
    rule varchar(191) NOT NULL
);

-- Nodes whose silence was reported, by the last sign of life: each silence is reported once.
CREATE TABLE ferro_node_alert (
    node_id bigint NOT NULL PRIMARY KEY,
    last_check_at bigint NOT NULL
);

-- Indexes for daily sums and for deleting what is old.

CREATE INDEX ferro_order_paid_at ON v2_order (paid_at);
CREATE INDEX ferro_stat_server_created_at ON v2_stat_server (created_at);
CREATE INDEX ferro_admin_audit_log_created_at ON v2_admin_audit_log (created_at);
CREATE INDEX ferro_access_token_expires_at ON personal_access_tokens (expires_at);
CREATE INDEX ferro_session_created_at ON ferro_session (created_at);
