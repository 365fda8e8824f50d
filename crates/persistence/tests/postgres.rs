//! The contract of every store, on PostgreSQL.
#![cfg(feature = "postgres")]

mod contract;

ferroboard_testing::contract!(crate::contract::fresh(
    ferroboard_testing::databases::Backend::Postgres
));

ferroboard_testing::admin_contract!(crate::contract::fresh(
    ferroboard_testing::databases::Backend::Postgres
));
