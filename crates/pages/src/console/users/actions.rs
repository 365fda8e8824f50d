//! What is done with one user.

use ferroboard_kernel::UserId;

use crate::console::forms::done;
use crate::console::frame::{Console, Sent};
use crate::console::guard::Changing;
use crate::cookies::Kind;
use crate::failure::PageResult;
use crate::flash::go;

/// Deletes a user.
pub(super) async fn delete(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let user = UserId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.users.delete(user, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "users"))
}

/// Gives a user another UUID and subscription link.
pub(super) async fn reset_secret(
    console: Console,
    Changing(change): Changing,
    sent: Sent,
) -> PageResult {
    let user = UserId::new(sent.id()?);
    let run = console
        .run(move |app| async move { app.administration.users.reset_secret(user, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", &format!("users/{user}")))
}

/// Shows the operator the customer's pages as a user sees them. The operator's own session waits in a cookie of
/// its own for the way back.
pub(super) async fn act_as(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let user = UserId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.users.act_as(user, change).await });
    let data = run.await?;
    let visitor = console.visitor();
    let mut response = go("/");
    if let Some(own) = visitor.token() {
        Kind::Operator.set(&mut response, visitor.is_secure(), own, Some(LASTS));
    }
    Kind::Session.set(&mut response, visitor.is_secure(), &data.token, Some(LASTS));
    Ok(response)
}

/// How many seconds an operator looks at the pages as somebody else.
const LASTS: i64 = 3_600;
