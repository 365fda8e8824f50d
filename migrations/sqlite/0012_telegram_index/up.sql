-- Whose a Telegram chat is. Not unique: a database of Xboard may give one chat to several users.

CREATE INDEX ferro_user_telegram_id ON v2_user (telegram_id);
