DROP TABLE IF EXISTS ferro_package_order;

DROP TABLE IF EXISTS ferro_traffic_package;
