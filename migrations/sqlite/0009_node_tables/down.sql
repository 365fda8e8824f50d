DROP INDEX ferro_user_group_id;
DROP TABLE ferro_traffic_report;
DROP TABLE ferro_device;
DROP TABLE ferro_node_state;
DROP TABLE ferro_user_change;
