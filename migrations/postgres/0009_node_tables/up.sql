-- The tables of nodes. Times are Unix seconds.

-- Which users changed in a way that nodes must hear of. Rows are only added, and deleted when they are old.
CREATE TABLE ferro_user_change (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX ferro_user_change_created_at ON ferro_user_change (created_at);

-- What nodes last reported, seen by every process. load_status and metrics are JSON.
CREATE TABLE ferro_node_state (
    node_id bigint NOT NULL PRIMARY KEY,
    last_check_at bigint,
    last_push_at bigint,
    online_users bigint NOT NULL DEFAULT 0,
    load_status text,
    load_status_at bigint,
    metrics text,
    metrics_at bigint
);

-- From which addresses users are online, and through which nodes.
CREATE TABLE ferro_device (
    user_id bigint NOT NULL,
    node_id bigint NOT NULL,
    ip varchar(64) NOT NULL,
    last_seen bigint NOT NULL,
    PRIMARY KEY (user_id, node_id, ip)
);
CREATE INDEX ferro_device_node_id ON ferro_device (node_id);
CREATE INDEX ferro_device_last_seen ON ferro_device (last_seen);

-- Traffic reports that were applied, so that a repeated one counts once.
CREATE TABLE ferro_traffic_report (
    node_id bigint NOT NULL,
    identity varchar(64) NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (node_id, identity)
);
CREATE INDEX ferro_traffic_report_received_at ON ferro_traffic_report (received_at);

-- The users of a node are found by their group.
CREATE INDEX ferro_user_group_id ON v2_user (group_id);
