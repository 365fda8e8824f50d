//! What goes with a user.

use ferroboard_kernel::UserId;

/// The rows that are the user's own, by table and condition, each table before those that it is found by. What
/// stays is the ledger, receipts, what was paid to others, and logs of resets and gift cards.
const OWN: [(&str, &str); 20] = [
    (
        "ferro_order_failure",
        "order_id IN (SELECT id FROM v2_order WHERE user_id = ?)",
    ),
    (
        "ferro_order_worth",
        "order_id IN (SELECT id FROM v2_order WHERE user_id = ?)",
    ),
    (
        "ferro_top_up",
        "order_id IN (SELECT id FROM v2_order WHERE user_id = ?)",
    ),
    ("ferro_package_order", "user_id = ?"),
    ("ferro_open_order", "user_id = ?"),
    ("v2_order", "user_id = ?"),
    ("v2_invite_code", "user_id = ?"),
    ("ferro_withdrawal", "user_id = ?"),
    (
        "v2_ticket_message",
        "ticket_id IN (SELECT id FROM v2_ticket WHERE user_id = ?)",
    ),
    ("v2_ticket", "user_id = ?"),
    ("v2_stat_user", "user_id = ?"),
    ("ferro_cleared_traffic", "user_id = ?"),
    ("ferro_commission_debt", "user_id = ?"),
    ("ferro_auto_renewal", "user_id = ?"),
    ("ferro_renewal", "user_id = ?"),
    ("ferro_renewal_attempt", "user_id = ?"),
    ("ferro_notice_choice", "user_id = ?"),
    ("ferro_device", "user_id = ?"),
    ("ferro_real_name", "user_id = ?"),
    ("ferro_saved_view", "admin_id = ?"),
];

/// The statements that delete them.
pub(super) fn removals(user: UserId) -> impl Iterator<Item = String> {
    let user = user.to_string();
    OWN.into_iter().map(move |(table, condition)| {
        format!(
            "DELETE FROM {table} WHERE {}",
            condition.replace('?', &user)
        )
    })
}
