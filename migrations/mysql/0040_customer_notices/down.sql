DROP TABLE IF EXISTS ferro_chat_message;

DROP TABLE IF EXISTS ferro_notice_choice;
