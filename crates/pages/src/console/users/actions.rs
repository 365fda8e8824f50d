//! What is done with one user.

use ferroboard_auth::{AuthError, Credential};
use ferroboard_kernel::UserId;

use crate::console::forms::done;
use crate::console::frame::{Console, Sent};
use crate::console::guard::Changing;
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
/// its own for the way back, which leads out of this session alone.
pub(super) async fn act_as(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let user = UserId::new(sent.id()?);
    let run = console.run(move |app| async move {
        let token = app.administration.users.act_as(user, change).await?.token;
        let credential = Credential::parse(&token).ok_or(AuthError::Unauthenticated)?;
        let session = app.sessions.authenticate(&credential).await?;
        Ok((token, session.number))
    });
    let (token, number) = run.await?;
    let mut response = go("/");
    console.visitor().act(&mut response, &token, number, LASTS);
    Ok(response)
}

/// How many seconds an operator looks at the pages as somebody else.
const LASTS: i64 = 3_600;
