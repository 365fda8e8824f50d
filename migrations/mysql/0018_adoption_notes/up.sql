-- What was not found when a database of Xboard was adopted, so that the way back does not make it.
CREATE TABLE IF NOT EXISTS ferro_adoption (
    `item` varchar(191) NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
