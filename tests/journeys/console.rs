//! The operator's console as a browser without scripts walks it: the real program on a database.

mod browser;
mod desk;
mod doors;
mod escapes;
mod lists;
mod real_names;
mod sales;
mod support;
mod under_way;
mod users;

use ferroboard_testing::databases::{Backend, Database};

use self::browser::Browser;
use crate::support::{Panel, Rows};

const PATH: &str = "a-hidden-door";
const CHIEF: &str = "chief@demo.test";

/// A panel on SQLite with an administrator.
struct Office {
    database: Database,
    panel: Panel,
    chief: i64,
}

impl Office {
    async fn open() -> Self {
        let site = [
            ("secure_path", PATH),
            ("app_url", "http://panel.test"),
            ("email_verify", "0"),
        ];
        Self::open_on(&site).await
    }

    /// The same of a site with these settings alone.
    async fn open_on(site: &[(&str, &str)]) -> Self {
        let database = Database::fresh(Backend::Sqlite).await.unwrap();
        let panel = Panel::start_on_site(&database, site).await;
        panel.register(CHIEF).await;
        let rows = Rows(database.sql());
        let chief = rows.user(CHIEF).await;
        rows.set_user(chief, "is_admin = 1").await;
        Self {
            database,
            panel,
            chief,
        }
    }

    fn rows(&self) -> Rows<'_> {
        Rows(self.database.sql())
    }

    /// A customer's number and token.
    async fn customer(&self, email: &str) -> (i64, String) {
        let token = self.panel.register(email).await;
        (self.rows().user(email).await, token)
    }

    /// A browser in which the administrator has logged in.
    async fn browser(&self) -> Browser<'_> {
        let browser = Browser::new(&self.panel);
        let door = to("login");
        let fields = [("email", CHIEF), ("password", crate::support::PASSWORD)];
        let inside = browser.fill(&door, &door, &fields).await;
        assert_eq!(inside.status, 303, "{}", inside.text);
        browser
    }

    async fn execute(&self, statement: &str) {
        self.database.sql().execute(statement).await;
    }

    /// What changed with the latest recorded request of this action.
    async fn change(&self, action: &str) -> String {
        let sql = format!(
            "SELECT after_values FROM ferro_audit_change JOIN v2_admin_audit_log \
             ON v2_admin_audit_log.id = audit_id WHERE action = '{action}' \
             ORDER BY audit_id DESC LIMIT 1"
        );
        self.database.sql().text(&sql).await.unwrap_or_default()
    }
}

/// A page of the console.
fn to(path: &str) -> String {
    format!("/{PATH}/{path}")
}
