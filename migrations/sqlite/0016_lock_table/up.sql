-- What was locked, and how often: on a cluster two transactions conflict over the rows that both write.
CREATE TABLE ferro_lock (
    name varchar NOT NULL PRIMARY KEY,
    turn integer NOT NULL
);
