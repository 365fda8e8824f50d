//! What may be asked of the console's own lists.

use ferroboard_listing::{Column, Direction, Listing, PageRule, Words};

/// The queued mails as a list, the newest first.
pub const MAIL_LOG: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::text("email"),
        Column::text("subject"),
        Column::text("template"),
        Column::number("status"),
        Column::number("attempts"),
        Column::text("last_error").unsorted(),
        Column::number("created_at"),
        Column::number("updated_at"),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// The entries of the ledger as a list, the newest first.
pub const LEDGER: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::number("user_id"),
        Column::number("account"),
        Column::number("amount"),
        Column::text("kind"),
        Column::text("reference"),
        Column::number("created_at"),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// The work on many users as a list, the newest first.
pub const USER_TASKS: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::text("work"),
        Column::number("admin_id"),
        Column::number("done"),
        Column::number("created_at"),
        Column::number("finished_at"),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::TABLE,
};
