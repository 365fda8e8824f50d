DROP INDEX ferro_user_group_id ON v2_user;
DROP TABLE ferro_traffic_report;
DROP TABLE ferro_device;
DROP TABLE ferro_node_state;
DROP TABLE ferro_user_change;
