DROP INDEX ferro_order_payment_id ON v2_order;
DROP INDEX ferro_order_plan_id ON v2_order;
