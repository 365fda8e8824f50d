//! The mail about an endpoint that was switched off.

use ferroboard_kernel::UnixSeconds;

use crate::context::Context;
use crate::support::staff_mail::queue_for_staff;
use crate::{Error, UnitOfWork};

/// Queues the mail to administrators and staff in the transaction that switches the endpoint at this host off.
pub(crate) async fn queue_endpoint_off<S: ?Sized>(
    context: &Context<S>,
    tx: &mut dyn UnitOfWork,
    host: &str,
    now: UnixSeconds,
) -> Result<(), Error> {
    let name = &context.site.current().site.app_name;
    let subject = format!("A webhook of {name} was switched off");
    let content = format!(
        "Host: {host}\nIt has failed for three days without any success. What waits for it is kept for thirty days, \
         and sent when it is switched on again."
    );
    queue_for_staff(context, tx, &subject, &content, now).await
}
