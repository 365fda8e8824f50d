DROP INDEX ferro_user_token ON v2_user;
DROP INDEX ferro_user_invite_user_id ON v2_user;
DROP INDEX ferro_order_user_id_status ON v2_order;
DROP INDEX ferro_ticket_user_id_status ON v2_ticket;
DROP INDEX ferro_invite_code_code ON v2_invite_code;
DROP INDEX ferro_invite_code_user_id ON v2_invite_code;
