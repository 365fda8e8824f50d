-- What comes on top of top-ups, as it was when each was placed.
CREATE TABLE ferro_top_up (
    order_id integer NOT NULL PRIMARY KEY,
    bonus integer NOT NULL
);
