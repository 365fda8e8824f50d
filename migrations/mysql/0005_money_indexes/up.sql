-- Indexes on Xboard's tables for orders, coupons, places of plans and commission.
-- Texts compare without regard to case here. An index that exists is passed over: an interrupted run goes on here.

CREATE INDEX ferro_order_coupon_id_user_id ON v2_order (coupon_id, user_id);
CREATE INDEX ferro_user_plan_id_expired_at ON v2_user (plan_id, expired_at);
CREATE INDEX ferro_commission_log_invite_user_id ON v2_commission_log (invite_user_id);
CREATE INDEX ferro_coupon_code ON v2_coupon (code);
