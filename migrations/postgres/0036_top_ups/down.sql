DROP TABLE ferro_top_up;
