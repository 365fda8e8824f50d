-- Traffic that is sold beside plans, what each order of it bought, and what is left of that.
CREATE TABLE ferro_traffic_package (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    name varchar NOT NULL,
    traffic integer NOT NULL,
    price integer NOT NULL,
    plans text NULL,
    lasts_until varchar NOT NULL,
    shown integer NOT NULL DEFAULT 0,
    sort integer NULL,
    capacity integer NULL,
    sold integer NOT NULL DEFAULT 0,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);

CREATE TABLE ferro_package_order (
    order_id integer NOT NULL PRIMARY KEY,
    user_id integer NOT NULL,
    package_id integer NOT NULL,
    name varchar NOT NULL,
    bytes integer NOT NULL,
    lasts_until varchar NOT NULL,
    left_bytes integer NOT NULL DEFAULT 0,
    opened_at integer NULL
);

CREATE INDEX ferro_package_order_user ON ferro_package_order (user_id, left_bytes);
