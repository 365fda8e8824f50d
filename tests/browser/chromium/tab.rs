//! A tab: what a person does in it, and what went wrong there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire::{Inbox, Wire};

/// How long something that must happen may take.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);

/// Tells of what breaks a page's policy, before any script of the page runs.
const WATCH: &str = "document.addEventListener('securitypolicyviolation', event => console.error( \
     'policy: ' + event.violatedDirective + ' forbids ' + (event.blockedURI || 'something') + \
     ' at line ' + event.lineNumber));";

/// Brings an element into sight and says where its middle is. The argument is its selector; a text after `>>`
/// chooses, of those that the selector finds, the first that says it.
const FIND: &str = "(wanted) => { \
     const [selector, text] = wanted.split(' >> '); \
     const has = element => !text || (element.textContent + ' ' + (element.value || '')).includes(text); \
     const element = Array.from(document.querySelectorAll(selector)).find(has); \
     if (!element) return null;";

/// One tab of the browser, with cookies of its own. It is closed when this is dropped.
pub(crate) struct Tab {
    wire: Arc<Wire>,
    context: String,
    target: String,
    session: String,
    inbox: Inbox,
}

impl Tab {
    pub(super) async fn open(wire: Arc<Wire>) -> Self {
        let made = wire
            .ask(None, "Target.createBrowserContext", json!({}))
            .await;
        let context = text(&made.unwrap()["browserContextId"]);
        let wanted = json!({"url": "about:blank", "browserContextId": context});
        let made = wire.ask(None, "Target.createTarget", wanted).await;
        let target = text(&made.unwrap()["targetId"]);
        let wanted = json!({"targetId": target, "flatten": true});
        let made = wire.ask(None, "Target.attachToTarget", wanted).await;
        let session = text(&made.unwrap()["sessionId"]);
        let inbox = wire.inbox(&session);
        let tab = Self {
            wire,
            context,
            target,
            session,
            inbox,
        };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.ask(&format!("{domain}.enable"), json!({})).await;
        }
        let watch = json!({"source": WATCH});
        tab.ask("Page.addScriptToEvaluateOnNewDocument", watch)
            .await;
        // A tab behind others behaves as if it were in front.
        let focused = json!({"enabled": true});
        tab.ask("Emulation.setFocusEmulationEnabled", focused).await;
        tab
    }

    /// A command of the protocol, which must succeed.
    pub(crate) async fn ask(&self, method: &str, parameters: Value) -> Value {
        let answer = self.wire.ask(Some(&self.session), method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Opens an address and waits until everything that it names is loaded.
    pub(crate) async fn visit(&self, address: &str) {
        let gone = self.ask("Page.navigate", json!({"url": address})).await;
        assert!(gone["errorText"].is_null(), "{address}: {gone}");
        self.wait_until("document.readyState === 'complete'").await;
    }

    /// The value of an expression in the page. A promise is waited for.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let value = self.try_value(expression).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    async fn try_value(&self, expression: &str) -> Result<Value, String> {
        let wanted = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let session = Some(self.session.as_str());
        let answer = self.wire.ask(session, "Runtime.evaluate", wanted).await?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(details["exception"]["description"].to_string()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Waits until an expression in the page is true. Pages may come and go meanwhile.
    pub(crate) async fn wait_until(&self, expression: &str) {
        let started = Instant::now();
        loop {
            let value = self.try_value(&format!("Boolean({expression})")).await;
            if value == Ok(json!(true)) {
                return;
            }
            if started.elapsed() > PATIENCE {
                let page = "location.href + '\\n' + document.body.innerText.slice(0, 2000)";
                let page = self.try_value(page).await;
                panic!("it never came true: {expression}: {value:?} on {page:?}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until the page shows a text.
    pub(crate) async fn sees(&self, text: &str) {
        self.wait_until(&format!(
            "document.body.innerText.includes({})",
            json!(text)
        ))
        .await;
    }

    /// Waits until the page leads nowhere else by itself.
    pub(crate) async fn settle(&self) {
        let started = Instant::now();
        let mark = "document.readyState === 'complete' && (window.mark ??= Math.random())";
        loop {
            let before = self.try_value(mark).await;
            tokio::time::sleep(10 * PAUSE).await;
            let after = self.try_value(mark).await;
            if before == after && after.is_ok_and(|mark| mark.is_number()) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "the page never comes to rest");
        }
    }

    /// The path of the page that is open, with its query.
    pub(crate) async fn path(&self) -> String {
        text(&self.value("location.pathname + location.search").await)
    }

    /// Clicks on the middle of an element (of its first line, where it has several), once a person can reach it there. Of several that the selector finds,
    /// `selector >> text` is the first that has the text.
    pub(crate) async fn click(&self, wanted: &str) {
        let find = format!(
            "({FIND} element.scrollIntoView({{block: 'center', inline: 'center', behavior: 'instant'}}); \
             const box = element.getClientRects()[0]; \
             const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]; \
             const there = document.elementFromPoint(x, y); \
             return element.contains(there) && !element.disabled ? [x, y] : null; }})({})",
            json!(wanted)
        );
        self.wait_until(&find).await;
        let place = self.value(&find).await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.ask("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Clicks, and waits until the next page is loaded.
    pub(crate) async fn follow(&self, wanted: &str) {
        self.value("window.isBefore = true").await;
        self.click(wanted).await;
        self.wait_until("!window.isBefore && document.readyState === 'complete'")
            .await;
    }

    /// Types into a field in place of what stands there.
    pub(crate) async fn fill(&self, selector: &str, words: &str) {
        let focus = format!(
            "({FIND} element.focus(); if (element.select) element.select(); \
             return document.activeElement === element; }})({})",
            json!(selector)
        );
        self.wait_until(&focus).await;
        if words.is_empty() {
            let key = json!({"type": "keyDown", "key": "Delete", "code": "Delete", "windowsVirtualKeyCode": 46});
            self.ask("Input.dispatchKeyEvent", key).await;
        } else {
            self.ask("Input.insertText", json!({"text": words})).await;
        }
    }

    /// Chooses an entry of a list by its value.
    pub(crate) async fn choose(&self, selector: &str, value: &str) {
        let choose = format!(
            "({FIND} element.value = {}; \
             for (const kind of ['input', 'change']) element.dispatchEvent(new Event(kind, {{bubbles: true}})); \
             return element.value === {0}; }})({})",
            json!(value),
            json!(selector)
        );
        self.wait_until(&choose).await;
    }

    /// What went wrong since this was last asked: errors on the console, and what a page's policy forbade. The
    /// status of a page itself is no error.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        // What happened before this answer has been told by then.
        let here = text(&self.value("location.href").await);
        let events = std::mem::take(&mut *self.inbox.lock().unwrap());
        let complaints = events.iter().filter_map(|event| complaint(event, &here));
        complaints.collect()
    }

    /// The dialogs that pages have opened since complaints were last asked for.
    pub(crate) fn dialogs(&self) -> Vec<String> {
        let inbox = self.inbox.lock().unwrap();
        let opened = |event: &&Value| event["method"] == "Page.javascriptDialogOpening";
        let opened = inbox.iter().filter(opened);
        opened
            .map(|event| event["params"]["message"].to_string())
            .collect()
    }

    /// The events of this kind since complaints were last asked for.
    pub(crate) fn events(&self, method: &str) -> Vec<Value> {
        let inbox = self.inbox.lock().unwrap();
        let events = inbox.iter().filter(|event| event["method"] == method);
        events.map(|event| event["params"].clone()).collect()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.wire.forget(&self.session);
        let target = json!({"targetId": self.target});
        self.wire.tell(None, "Target.closeTarget", &target);
        let context = json!({"browserContextId": self.context});
        self.wire
            .tell(None, "Target.disposeBrowserContext", &context);
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What an event says is wrong, on a page of this address.
fn complaint(event: &Value, here: &str) -> Option<String> {
    let told = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => {
            let details = &told["exceptionDetails"];
            Some(format!(
                "script: {} {}",
                details["text"], details["exception"]["description"]
            ))
        }
        "Runtime.consoleAPICalled" if matches!(told["type"].as_str(), Some("error" | "assert")) => {
            let first = &told["args"][0];
            let said = first["value"].as_str().or(first["description"].as_str());
            Some(format!("console: {}", said.unwrap_or_default()))
        }
        "Log.entryAdded" if told["entry"]["level"] == "error" => {
            let entry = &told["entry"];
            let is_page = entry["source"] == "network" && entry["url"] == here;
            (!is_page).then(|| {
                format!(
                    "log: {} {} {}",
                    entry["source"], entry["text"], entry["url"]
                )
            })
        }
        "Inspector.targetCrashed" => Some("the page crashed".to_owned()),
        _ => None,
    }
}
