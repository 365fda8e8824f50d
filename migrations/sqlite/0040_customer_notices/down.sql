DROP TABLE ferro_chat_message;

DROP TABLE ferro_notice_choice;
