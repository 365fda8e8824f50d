-- Which orders a plan and a payment method have.

CREATE INDEX ferro_order_plan_id ON v2_order (plan_id);
CREATE INDEX ferro_order_payment_id ON v2_order (payment_id);
