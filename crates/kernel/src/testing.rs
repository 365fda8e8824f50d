//! What every domain's tests need: a transaction over tables in memory, a clock that stands still, and
//! chance that repeats itself.

mod clock;
mod random;
mod transaction;

pub use self::clock::FixedClock;
pub use self::random::SeededRandom;
pub use self::transaction::MemoryTransaction;
