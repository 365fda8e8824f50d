//! Mail to administrators and staff.

use ferroboard_kernel::UnixSeconds;
use ferroboard_mail::NewMail;

use crate::context::Context;
use crate::{Error, UnitOfWork};

/// How many of administrators and staff are mailed.
const READERS: u32 = 100;

/// Queues a mail to administrators and staff in the transaction that does what it tells of, so that it is told
/// once, whatever happens to this process.
pub(crate) async fn queue_for_staff<S: ?Sized>(
    context: &Context<S>,
    tx: &mut dyn UnitOfWork,
    subject: &str,
    content: &str,
    now: UnixSeconds,
) -> Result<(), Error> {
    let readers = tx.list_staff_emails(READERS).await?.into_iter();
    let mails: Vec<NewMail> = readers
        .map(|email| context.notice(email, subject.to_owned(), content.to_owned()))
        .collect();
    if !mails.is_empty() {
        tx.insert_mails(&mails, now).await?;
    }
    Ok(())
}
