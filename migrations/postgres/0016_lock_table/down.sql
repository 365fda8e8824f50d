DROP TABLE ferro_lock;
