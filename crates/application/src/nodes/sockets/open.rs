use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::message::SocketPeer;

/// The sockets that agents have open in this process.
#[derive(Default)]
pub(crate) struct OpenSockets(Mutex<HashMap<SocketPeer, Arc<Notify>>>);

impl OpenSockets {
    pub(crate) fn is_empty(&self) -> bool {
        self.open().is_empty()
    }

    /// Takes the peer's place, from another socket where there is one.
    pub(super) fn enter(self: &Arc<Self>, peer: SocketPeer) -> Place {
        let taken = Arc::new(Notify::new());
        let before = self.open().insert(peer, Arc::clone(&taken));
        if let Some(before) = before {
            before.notify_one();
        }
        let places = Arc::clone(self);
        Place {
            places,
            peer,
            taken,
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<SocketPeer, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket's place among the open ones, which it leaves when this is dropped.
pub(super) struct Place {
    places: Arc<OpenSockets>,
    peer: SocketPeer,
    taken: Arc<Notify>,
}

impl Place {
    pub(super) fn peer(&self) -> SocketPeer {
        self.peer
    }

    /// Waits until another socket takes the place.
    pub(super) async fn taken(&self) {
        self.taken.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.open();
        let is_ours = |taken: &Arc<Notify>| Arc::ptr_eq(taken, &self.taken);
        if open.get(&self.peer).is_some_and(is_ours) {
            open.remove(&self.peer);
        }
    }
}
