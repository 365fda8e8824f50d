-- Xboard's indexes on sums of bytes (ADR 0015). Every report of traffic moves an entry in them for each of
-- its users, to places all over the index, and no query looks anything up in them, here or there.
-- An index that is not there is passed over.

DROP INDEX v2_user_u_d_expired_at_group_id_banned_transfer_enable_index ON v2_user;
DROP INDEX v2_stat_user_u_index ON v2_stat_user;
DROP INDEX v2_stat_user_d_index ON v2_stat_user;
