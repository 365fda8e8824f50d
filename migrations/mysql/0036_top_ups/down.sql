DROP TABLE IF EXISTS ferro_top_up;
