DROP INDEX ferro_order_coupon_id_user_id ON v2_order;
DROP INDEX ferro_user_plan_id_expired_at ON v2_user;
DROP INDEX ferro_commission_log_invite_user_id ON v2_commission_log;
DROP INDEX ferro_coupon_code ON v2_coupon;
