DROP INDEX ferro_user_telegram_id;
