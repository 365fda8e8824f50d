DROP INDEX ferro_user_token;
DROP INDEX ferro_user_lower_email;
DROP INDEX ferro_user_invite_user_id;
DROP INDEX ferro_order_user_id_status;
DROP INDEX ferro_ticket_user_id_status;
DROP INDEX ferro_invite_code_code;
DROP INDEX ferro_invite_code_lower_code;
DROP INDEX ferro_invite_code_user_id;
