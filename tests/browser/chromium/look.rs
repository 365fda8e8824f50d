//! How a page is looked at: on which screen, in which language, by day or by night.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Tab;

/// The widths that every page must fit: a small phone's and a desk's.
pub(crate) const PHONE: [u32; 2] = [360, 740];
/// A desk's.
pub(crate) const DESK: [u32; 2] = [1280, 800];

impl Tab {
    /// Gives it a screen of this width and height. A phone would make a page that is too wide smaller, and hide
    /// it, so this one does not.
    pub(crate) async fn screen(&self, [width, height]: [u32; 2]) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// Whether the person prefers dark colours.
    pub(crate) async fn night(&self, is_dark: bool) {
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.ask("Emulation.setEmulatedMedia", json!({"features": features}))
            .await;
    }

    /// The language that pages are asked for in from now on.
    pub(crate) async fn language(&self, tag: &str) {
        let headers = json!({"headers": {"Accept-Language": tag}});
        self.ask("Network.setExtraHTTPHeaders", headers).await;
    }

    /// Whether pages that are opened from now on may run scripts.
    pub(crate) async fn scripts(&self, may_run: bool) {
        let disabled = json!({"value": !may_run});
        self.ask("Emulation.setScriptExecutionDisabled", disabled)
            .await;
    }

    /// How many pixels of the page do not fit the screen's width.
    pub(crate) async fn beyond(&self) -> i64 {
        let page = "document.documentElement";
        let beyond = format!("{page}.scrollWidth - {page}.clientWidth");
        self.value(&beyond).await.as_i64().unwrap()
    }

    /// What the screen shows, as a PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let wanted = json!({"format": "png", "optimizeForSpeed": false});
        let shown = self.ask("Page.captureScreenshot", wanted).await;
        STANDARD.decode(shown["data"].as_str().unwrap()).unwrap()
    }
}
