DROP INDEX ferro_login_token_user_id;
