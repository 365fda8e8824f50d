-- What comes on top of top-ups, as it was when each was placed.
CREATE TABLE IF NOT EXISTS ferro_top_up (
    `order_id` bigint NOT NULL PRIMARY KEY,
    `bonus` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
