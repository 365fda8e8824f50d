//! What keeps people out of a page, in the judgement of axe-core.

use std::env::var_os;
use std::sync::OnceLock;

use serde_json::Value;

use crate::chromium::Tab;

/// The rules of WCAG 2.2 AA, and those of the versions before.
const RUN: &str = "axe.run({ \
     runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}, \
     rules: {'target-size': {enabled: true}}, resultTypes: ['violations'], \
     }).then(found => found.violations.map(v => ({id: v.id, help: v.help, \
     places: v.nodes.map(n => n.html.slice(0, 200) + ' ' + (n.any[0] || n.all[0] || n.none[0] || {}).message)})))";

/// The program of axe-core, where `FERROBOARD_AXE` names its file. Where a browser is demanded it is as well.
fn program() -> Option<&'static str> {
    static PROGRAM: OnceLock<Option<String>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let Some(path) = var_os("FERROBOARD_AXE") else {
            let is_demanded =
                var_os("FERROBOARD_REQUIRE_BROWSER").is_some_and(|value| value == "1");
            assert!(!is_demanded, "FERROBOARD_AXE names no file of axe-core");
            return None;
        };
        Some(std::fs::read_to_string(path).unwrap())
    });
    program.as_deref()
}

/// What of the page that is open keeps people out.
pub(crate) async fn obstacles(tab: &Tab) -> Vec<String> {
    let Some(program) = program() else {
        return Vec::new();
    };
    if tab.value("window.axe === undefined").await == true {
        tab.value(&format!("{program}; 0")).await;
    }
    let found = tab.value(RUN).await;
    let found = found.as_array().into_iter().flatten();
    found.map(told).collect()
}

/// One thing that it found, with the first places where it is.
fn told(violation: &Value) -> String {
    let places = violation["places"].as_array().map_or(0, Vec::len);
    let first: Vec<&Value> = violation["places"]
        .as_array()
        .into_iter()
        .flatten()
        .take(3)
        .collect();
    format!(
        "axe {}: {} at {places} places: {first:?}",
        violation["id"], violation["help"]
    )
}
