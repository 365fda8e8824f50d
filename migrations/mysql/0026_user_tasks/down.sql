DROP INDEX ferro_stat_user_user_id ON v2_stat_user;
DROP TABLE IF EXISTS ferro_user_task;
