-- How a request of an administrator ended: the status of its answer. A request without a row here was not answered.
CREATE TABLE IF NOT EXISTS ferro_audit_outcome (
    `audit_id` bigint NOT NULL PRIMARY KEY,
    `status` bigint NOT NULL,
    `answered_at` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
