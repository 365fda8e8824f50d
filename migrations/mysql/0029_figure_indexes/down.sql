DROP INDEX ferro_user_expired_at ON v2_user;
DROP INDEX ferro_commission_log_created_at ON v2_commission_log;
DROP INDEX ferro_order_commission ON v2_order;
DROP INDEX ferro_order_created_at ON v2_order;
