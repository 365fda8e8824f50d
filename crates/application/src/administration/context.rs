//! What use cases of administrators work with.

use std::ops::Deref;
use std::sync::Arc;

use crate::Queries;
use crate::context::Context;
use crate::process::Core;

/// The context of those who may only read: they write through a [`Change`](crate::Change), which ends
/// with its record. There is no way to the store of [`Core`] from here.
pub(crate) struct AdminContext {
    context: Context<dyn Queries>,
    core: Arc<Core>,
}

impl AdminContext {
    pub(crate) fn of(core: &Arc<Core>) -> Self {
        Self {
            context: core.context.with_store(core.ports.store.queries()),
            core: Arc::clone(core),
        }
    }

    /// To be called when a change that queued mail has committed.
    pub(crate) fn mail_is_queued(&self) {
        self.core.mail_queued.notify_one();
    }

    /// Brings every shadow into step with new settings, beside the request that saved them.
    pub(crate) fn shadows_follow_settings(&self) {
        self.core.shadows_follow_settings();
    }
}

impl Deref for AdminContext {
    type Target = Context<dyn Queries>;

    fn deref(&self) -> &Self::Target {
        &self.context
    }
}
