-- Every report of traffic updates a thousand rows of v2_user. Where the page of a row has room for the new version
-- and no index points at a changed column, no index is written at all (ADR 0041). From PostgreSQL 16 on the index on
-- the time of the last traffic makes way for one of a kind that points at no row.

ALTER TABLE v2_user SET (fillfactor = 70);
DO $$ BEGIN IF current_setting('server_version_num')::integer >= 160000 THEN
EXECUTE 'DROP INDEX IF EXISTS v2_user_t_index'; EXECUTE '
CREATE INDEX ferro_user_t ON v2_user USING brin (t)
'; END IF; END $$;
