DROP INDEX ferro_order_payment_id;
DROP INDEX ferro_order_plan_id;
