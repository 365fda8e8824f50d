-- The tables of nodes. Times are Unix seconds.

-- Which users changed in a way that nodes must hear of. Rows are only added, and deleted when they are old.
CREATE TABLE IF NOT EXISTS ferro_user_change (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `user_id` bigint NOT NULL,
    `created_at` bigint NOT NULL,
    KEY ferro_user_change_created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What nodes last reported, seen by every process. load_status and metrics are JSON.
CREATE TABLE IF NOT EXISTS ferro_node_state (
    `node_id` bigint NOT NULL PRIMARY KEY,
    `last_check_at` bigint,
    `last_push_at` bigint,
    `online_users` bigint NOT NULL DEFAULT 0,
    `load_status` text,
    `load_status_at` bigint,
    `metrics` text,
    `metrics_at` bigint
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- From which addresses users are online, and through which nodes.
CREATE TABLE IF NOT EXISTS ferro_device (
    `user_id` bigint NOT NULL,
    `node_id` bigint NOT NULL,
    `ip` varchar(64) NOT NULL,
    `last_seen` bigint NOT NULL,
    PRIMARY KEY (user_id, node_id, ip),
    KEY ferro_device_node_id (node_id),
    KEY ferro_device_last_seen (last_seen)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Traffic reports that were applied, so that a repeated one counts once.
CREATE TABLE IF NOT EXISTS ferro_traffic_report (
    `node_id` bigint NOT NULL,
    `identity` varchar(64) NOT NULL,
    `received_at` bigint NOT NULL,
    PRIMARY KEY (node_id, identity),
    KEY ferro_traffic_report_received_at (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The users of a node are found by their group.
CREATE INDEX ferro_user_group_id ON v2_user (group_id);
