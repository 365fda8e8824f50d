-- Lists of the console as an operator wants to find them again: what was filtered and sorted by, and a name.
CREATE TABLE IF NOT EXISTS ferro_saved_view (
    `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `admin_id` bigint NOT NULL,
    `list` varchar(32) NOT NULL,
    `name` varchar(60) NOT NULL,
    `query` text NOT NULL,
    `created_at` bigint NOT NULL,
    UNIQUE KEY ferro_saved_view_name (admin_id, list, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
