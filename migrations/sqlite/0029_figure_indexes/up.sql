-- Indexes on Xboard's tables for the dashboards of administrators: each holds all that a figure is made of.

CREATE INDEX ferro_order_created_at ON v2_order (created_at, status, total_amount);
CREATE INDEX ferro_order_commission ON v2_order (commission_status, status, invite_user_id, commission_balance);
CREATE INDEX ferro_commission_log_created_at ON v2_commission_log (created_at, get_amount);
CREATE INDEX ferro_user_expired_at ON v2_user (expired_at);
