-- Indexes on Xboard's tables. Their names start with ferro_, so that nobody takes them for Xboard's own.

CREATE UNIQUE INDEX ferro_user_token ON v2_user (token);
CREATE UNIQUE INDEX ferro_user_lower_email ON v2_user (lower(email));
CREATE INDEX ferro_user_invite_user_id ON v2_user (invite_user_id);
CREATE INDEX ferro_order_user_id_status ON v2_order (user_id, status);
CREATE INDEX ferro_ticket_user_id_status ON v2_ticket (user_id, status);
CREATE UNIQUE INDEX ferro_invite_code_code ON v2_invite_code (code);
CREATE INDEX ferro_invite_code_lower_code ON v2_invite_code (lower(code));
CREATE INDEX ferro_invite_code_user_id ON v2_invite_code (user_id);
