//! Links that choose what a page shows.

/// One of several links, of which one is where the page stands.
pub(super) struct Tab {
    /// Where it leads.
    pub(super) href: String,
    /// What it is called.
    pub(super) text: String,
    /// Whether the page stands there.
    pub(super) is_current: bool,
}

impl Tab {
    pub(super) fn new(href: impl Into<String>, text: impl Into<String>, is_current: bool) -> Self {
        Self {
            href: href.into(),
            text: text.into(),
            is_current,
        }
    }
}
