//! The tasks of the background, and how they fare.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::task::AbortHandle;

/// A task of the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Notices what other processes changed of the site settings.
    Settings,
    /// Sends queued mail.
    Outbox,
    /// Sends events to endpoints.
    Webhooks,
    /// Keeps what nodes are told up to date.
    Nodes,
    /// Runs the scheduled jobs whose time has come.
    Schedule,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Settings,
        Self::Outbox,
        Self::Webhooks,
        Self::Nodes,
        Self::Schedule,
    ];

    /// The name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Outbox => "outbox",
            Self::Webhooks => "webhooks",
            Self::Nodes => "nodes",
            Self::Schedule => "schedule",
        }
    }
}

/// How the tasks of this process fare.
#[derive(Debug, Default)]
pub struct Background {
    pub(crate) states: [State; Task::ALL.len()],
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) is_down: AtomicBool,
    pub(crate) restarts: AtomicU64,
    pub(crate) running: Mutex<Option<AbortHandle>>,
}

impl Background {
    /// The tasks that have ended and not begun again yet.
    pub fn down(&self) -> impl Iterator<Item = Task> {
        Task::ALL.into_iter().filter(|task| {
            self.state(*task)
                .is_some_and(|state| state.is_down.load(Ordering::Relaxed))
        })
    }

    /// How often the task had to be started again.
    pub fn restarts(&self, task: Task) -> u64 {
        self.state(task)
            .map_or(0, |state| state.restarts.load(Ordering::Relaxed))
    }

    /// Ends the task as a fault in it would. It is started again.
    pub fn interrupt(&self, task: Task) {
        if let Some(state) = self.state(task)
            && let Some(running) = &*state.running.lock().unwrap_or_else(PoisonError::into_inner)
        {
            running.abort();
        }
    }

    pub(crate) fn state(&self, task: Task) -> Option<&State> {
        let place = Task::ALL.iter().position(|each| *each == task)?;
        self.states.get(place)
    }

    /// Notes that the task runs.
    pub(crate) fn began(&self, task: Task, running: AbortHandle) {
        if let Some(state) = self.state(task) {
            *state.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
            state.is_down.store(false, Ordering::Relaxed);
        }
    }

    /// Notes that the task ended.
    pub(crate) fn ended(&self, task: Task) {
        if let Some(state) = self.state(task) {
            state.is_down.store(true, Ordering::Relaxed);
            state.restarts.fetch_add(1, Ordering::Relaxed);
        }
    }
}
