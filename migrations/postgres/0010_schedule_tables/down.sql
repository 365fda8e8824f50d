DROP INDEX ferro_session_created_at;
DROP INDEX ferro_access_token_expires_at;
DROP INDEX ferro_admin_audit_log_created_at;
DROP INDEX ferro_stat_server_created_at;
DROP INDEX ferro_order_paid_at;
DROP TABLE ferro_node_alert;
DROP TABLE ferro_reset_rule;
