//! The contract of every store, on SQLite.
#![cfg(feature = "sqlite")]

mod contract;

ferroboard_testing::contract!(crate::contract::fresh(
    ferroboard_testing::databases::Backend::Sqlite
));

ferroboard_testing::admin_contract!(crate::contract::fresh(
    ferroboard_testing::databases::Backend::Sqlite
));
