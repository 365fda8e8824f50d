CREATE INDEX v2_user_u_d_expired_at_group_id_banned_transfer_enable_index ON v2_user (u, d, expired_at, group_id, banned, transfer_enable);
CREATE INDEX v2_stat_user_u_index ON v2_stat_user (u);
CREATE INDEX v2_stat_user_d_index ON v2_stat_user (d);
