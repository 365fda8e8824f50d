//! The menus.

use crate::catalogue;
use crate::lang::Lang;

/// An entry of a menu.
pub(crate) struct Entry {
    /// Where it leads.
    pub(crate) href: String,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Whether the page stands under it.
    pub(crate) is_current: bool,
    /// What stands above it, where a group begins.
    pub(crate) group: Option<&'static str>,
}

/// A path with the name of its text.
type Place = (&'static str, &'static str);

/// The customer's menu.
const CUSTOMER: &[Place] = &[
    ("/", "layout.home"),
    ("/my/plans", "layout.plans"),
    ("/my/orders", "layout.orders"),
    ("/my/nodes", "layout.nodes"),
    ("/my/traffic", "layout.traffic"),
    ("/my/invite", "layout.invite"),
    ("/my/gift-cards", "layout.gift_cards"),
    ("/my/tickets", "layout.tickets"),
    ("/my/knowledge", "layout.knowledge"),
    ("/my/profile", "layout.profile"),
];

/// The console's menu by groups, with paths behind the admin path.
const CONSOLE: &[(&str, &[Place])] = &[
    (
        "layout.group_overview",
        &[
            ("", "layout.dashboard"),
            ("/guide", "layout.guide"),
            ("/statistics", "layout.statistics"),
        ],
    ),
    (
        "layout.group_customers",
        &[
            ("/users", "layout.users"),
            ("/tickets", "layout.tickets"),
            ("/resets", "layout.resets"),
            ("/devices", "console.devices"),
            ("/real-names", "account.real_name"),
        ],
    ),
    (
        "layout.group_trade",
        &[
            ("/orders", "layout.orders"),
            ("/plans", "layout.plans"),
            ("/packages", "shop.packages"),
            ("/payments", "layout.payments"),
            ("/coupons", "layout.coupons"),
            ("/gift-cards", "layout.gift_cards"),
            ("/reviews", "console.reviews"),
            ("/ledger", "console.ledger"),
        ],
    ),
    (
        "layout.group_servers",
        &[
            ("/nodes", "layout.nodes"),
            ("/machines", "layout.machines"),
            ("/groups", "layout.groups"),
            ("/routes", "layout.routes"),
            ("/templates", "layout.templates"),
        ],
    ),
    (
        "layout.group_content",
        &[
            ("/notices", "layout.notices"),
            ("/knowledge", "layout.knowledge"),
            ("/mail-templates", "layout.mail_templates"),
        ],
    ),
    (
        "layout.group_system",
        &[
            ("/settings", "layout.settings"),
            ("/themes", "layout.themes"),
            ("/plugins", "layout.plugins"),
            ("/webhooks", "console.webhooks"),
            ("/jobs", "layout.jobs"),
            ("/mail-log", "console.mail_log"),
            ("/tasks", "console.tasks"),
            ("/audit", "layout.audit"),
        ],
    ),
];

/// The customer's menu.
pub(crate) fn customer(section: &str, lang: Lang) -> Vec<Entry> {
    let entries = CUSTOMER.iter();
    let entries =
        entries.map(|(path, name)| entry((*path).to_owned(), name, *path == section, lang));
    entries.collect()
}

/// The console's menu behind an admin path.
pub(crate) fn console(admin_path: &str, section: &str, lang: Lang) -> Vec<Entry> {
    let mut menu = Vec::new();
    for (group, places) in CONSOLE {
        for (index, (path, name)) in places.iter().enumerate() {
            let href = format!("/{admin_path}{path}");
            let mut entry = entry(href, name, *path == section, lang);
            entry.group = (index == 0).then(|| catalogue::text(lang, group));
            menu.push(entry);
        }
    }
    menu
}

fn entry(href: String, name: &'static str, is_current: bool, lang: Lang) -> Entry {
    Entry {
        href,
        label: catalogue::text(lang, name),
        is_current,
        group: None,
    }
}
