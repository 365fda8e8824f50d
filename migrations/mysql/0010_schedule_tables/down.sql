DROP INDEX ferro_session_created_at ON ferro_session;
DROP INDEX ferro_access_token_expires_at ON personal_access_tokens;
DROP INDEX ferro_admin_audit_log_created_at ON v2_admin_audit_log;
DROP INDEX ferro_stat_server_created_at ON v2_stat_server;
DROP INDEX ferro_order_paid_at ON v2_order;
DROP TABLE ferro_node_alert;
DROP TABLE ferro_reset_rule;
