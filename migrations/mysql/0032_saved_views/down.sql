DROP TABLE IF EXISTS ferro_saved_view;
