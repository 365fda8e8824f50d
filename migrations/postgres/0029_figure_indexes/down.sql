DROP INDEX IF EXISTS ferro_user_expired_at;
DROP INDEX IF EXISTS ferro_commission_log_created_at;
DROP INDEX IF EXISTS ferro_order_commission;
DROP INDEX IF EXISTS ferro_order_created_at;
