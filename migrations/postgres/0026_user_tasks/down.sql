DROP INDEX IF EXISTS ferro_stat_user_user_id;
DROP TABLE IF EXISTS ferro_user_task;
