-- What was locked, and how often: on a cluster two transactions conflict over the rows that both write.
CREATE TABLE ferro_lock (
    name varchar(191) NOT NULL PRIMARY KEY,
    turn bigint NOT NULL
);
