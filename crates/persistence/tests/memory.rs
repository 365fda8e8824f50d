//! The contract of every store, on the one in memory.

ferroboard_testing::contract!(std::future::ready(Some(
    ferroboard_testing::contract::FreshStore::memory()
)));
