//! Times in answers, where they are texts.

use chrono::DateTime;
use ferroboard_kernel::UnixSeconds;

/// `2026-01-01T00:00:00.000000Z`, with the microseconds that clients of the reference expect.
pub(crate) fn iso(at: UnixSeconds) -> Option<String> {
    let at = DateTime::from_timestamp(at.get(), 0)?;
    Some(at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}
