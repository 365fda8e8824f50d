DROP INDEX ferro_user_telegram_id ON v2_user;
