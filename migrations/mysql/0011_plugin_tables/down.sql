DROP TABLE ferro_shadow_account;
DROP TABLE ferro_operation;
DROP TABLE ferro_identity_lock;
DROP TABLE ferro_real_name;
