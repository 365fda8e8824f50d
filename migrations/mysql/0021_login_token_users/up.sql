-- Whose login links end together with the sessions.

CREATE INDEX ferro_login_token_user_id ON ferro_login_token (user_id);
