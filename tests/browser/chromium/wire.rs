//! The protocol of the developer tools, over a pipe.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::oneshot;

/// How long the browser may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

type Answer = Result<Value, String>;

/// What happened in a tab and was not yet asked for.
pub(super) type Inbox = Arc<Mutex<Vec<Value>>>;

/// Both ends of the pipe. Every question is answered, or fails within half a minute.
pub(super) struct Wire {
    into: Mutex<ChildStdin>,
    next: AtomicU64,
    /// Who waits for an answer. `None` once the browser has ended.
    asked: Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>,
    inboxes: Mutex<HashMap<String, Inbox>>,
}

impl Wire {
    /// Listens from a thread of its own, so that it serves tests of any runtime.
    pub(super) fn between(into: ChildStdin, out: ChildStdout) -> Arc<Self> {
        let wire = Arc::new(Self {
            into: Mutex::new(into),
            next: AtomicU64::new(1),
            asked: Mutex::new(Some(HashMap::new())),
            inboxes: Mutex::default(),
        });
        let listening = Arc::clone(&wire);
        std::thread::spawn(move || {
            for message in BufReader::new(out).split(0) {
                let Ok(message) = message else { break };
                listening.hear(serde_json::from_slice(&message).unwrap_or_default());
            }
            // Whoever still waits hears at once that nobody will answer.
            listening.asked.lock().unwrap().take();
        });
        wire
    }

    /// Asks the browser, or one of its tabs.
    pub(super) async fn ask(&self, tab: Option<&str>, method: &str, parameters: Value) -> Answer {
        let (sender, answer) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let waits = self.asked.lock().unwrap().as_mut().map(|asked| {
            asked.insert(id, sender);
        });
        if waits.is_none() {
            return Err(format!("{method}: the browser has ended"));
        }
        self.write(id, tab, method, &parameters);
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        match answer {
            Ok(Ok(answer)) => answer.map_err(|error| format!("{method}: {error}")),
            Ok(Err(_)) => Err(format!("{method}: the browser has ended")),
            Err(_) => Err(format!("{method}: no answer within {PATIENCE:?}")),
        }
    }

    /// Where the events of a tab are put from now on.
    pub(super) fn inbox(&self, tab: &str) -> Inbox {
        let mut inboxes = self.inboxes.lock().unwrap();
        Arc::clone(inboxes.entry(tab.to_owned()).or_default())
    }

    /// No event of this tab is of interest any more.
    pub(super) fn forget(&self, tab: &str) {
        self.inboxes.lock().unwrap().remove(tab);
    }

    /// Says something without waiting for an answer.
    pub(super) fn tell(&self, tab: Option<&str>, method: &str, parameters: &Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.write(id, tab, method, parameters);
    }

    fn write(&self, id: u64, tab: Option<&str>, method: &str, parameters: &Value) {
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if let Some(tab) = tab {
            message["sessionId"] = json!(tab);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        // A browser that has ended is noticed by whoever waits for its answer.
        let _ = self.into.lock().unwrap().write_all(&bytes);
    }

    fn hear(&self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            let mut asked = self.asked.lock().unwrap();
            let sender = asked.as_mut().and_then(|asked| asked.remove(&id));
            if let Some(sender) = sender {
                let answer = match message.get("error") {
                    Some(error) => Err(error.to_string()),
                    None => Ok(message["result"].clone()),
                };
                let _ = sender.send(answer);
            }
            return;
        }
        let tab = message["sessionId"].as_str().unwrap_or_default();
        if message["method"] == "Page.javascriptDialogOpening" {
            // A page stands still until its dialog is answered.
            let yes = json!({"accept": true});
            self.tell(Some(tab), "Page.handleJavaScriptDialog", &yes);
        }
        let inbox = self.inboxes.lock().unwrap().get(tab).cloned();
        if let Some(inbox) = inbox {
            inbox.lock().unwrap().push(message);
        }
    }
}
