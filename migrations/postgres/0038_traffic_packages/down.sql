DROP TABLE ferro_package_order;

DROP TABLE ferro_traffic_package;
