DROP TABLE ferro_job;
DROP TABLE ferro_secret;
DROP TABLE ferro_mail;
DROP TABLE ferro_counter;
DROP TABLE ferro_login_token;
DROP TABLE ferro_email_code;
DROP TABLE ferro_session;
