-- How each node was found at the last look. busy: reports in a row of one that is too busy, 3 for an overloaded one;
-- busy_at: when the last of them came.
CREATE TABLE ferro_node_watch (
    node_id bigint NOT NULL PRIMARY KEY,
    online bigint NOT NULL,
    busy bigint NOT NULL DEFAULT 0,
    busy_at bigint NOT NULL DEFAULT 0
);
