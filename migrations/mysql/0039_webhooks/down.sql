DROP TABLE IF EXISTS ferro_webhook_delivery;

DROP TABLE IF EXISTS ferro_event;

DROP TABLE IF EXISTS ferro_webhook;
