-- What a request of an administrator changed: JSON objects of the values before and after, without secrets.
CREATE TABLE IF NOT EXISTS ferro_audit_change (
    `audit_id` bigint NOT NULL PRIMARY KEY,
    `before_values` mediumtext NOT NULL,
    `after_values` mediumtext NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
