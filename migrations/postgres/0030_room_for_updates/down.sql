DROP INDEX IF EXISTS ferro_user_t;
CREATE INDEX IF NOT EXISTS v2_user_t_index ON v2_user (t);
ALTER TABLE v2_user RESET (fillfactor);
