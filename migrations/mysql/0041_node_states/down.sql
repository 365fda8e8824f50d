DROP TABLE IF EXISTS ferro_node_watch;
