//! The contract of every store, on MariaDB.
#![cfg(feature = "mysql")]

mod contract;

ferroboard_testing::contract!(crate::contract::fresh(
    ferroboard_testing::databases::Backend::Mysql
));

ferroboard_testing::admin_contract!(crate::contract::fresh(
    ferroboard_testing::databases::Backend::Mysql
));
