-- What was locked, and how often: on a cluster two transactions conflict over the rows that both write.
CREATE TABLE IF NOT EXISTS ferro_lock (
    `name` varchar(191) NOT NULL PRIMARY KEY,
    `turn` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
