-- What the schedule needs. Times are Unix seconds.

-- By which rule the next traffic resets of a plan's users were last computed.
CREATE TABLE IF NOT EXISTS ferro_reset_rule (
    `plan_id` bigint NOT NULL PRIMARY KEY,
    `rule` varchar(191) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Nodes whose silence was reported, by the last sign of life: each silence is reported once.
CREATE TABLE IF NOT EXISTS ferro_node_alert (
    `node_id` bigint NOT NULL PRIMARY KEY,
    `last_check_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Indexes for daily sums and for deleting what is old.
-- An index that exists is passed over: an interrupted run goes on here.

CREATE INDEX ferro_order_paid_at ON v2_order (paid_at);
CREATE INDEX ferro_stat_server_created_at ON v2_stat_server (created_at);
CREATE INDEX ferro_admin_audit_log_created_at ON v2_admin_audit_log (created_at);
CREATE INDEX ferro_access_token_expires_at ON personal_access_tokens (expires_at);
CREATE INDEX ferro_session_created_at ON ferro_session (created_at);
