//! From the empty panel to the first sold plan, a ticket and a cancelled order: by clicks alone.

use ferroboard_testing::databases::{Backend, Database};

use crate::chromium::look::DESK;
use crate::chromium::{Browser, Tab};
use crate::gateway;
use crate::support::notice::{KEY, PID};
use crate::support::{PASSWORD, Panel, Rows, run};

const ANN: &str = "ann@demo.test";

/// A person at a panel.
struct Person<'a> {
    tab: Tab,
    panel: &'a Panel,
}

impl<'a> Person<'a> {
    async fn sit_down(panel: &'a Panel, browser: &Browser) -> Self {
        let tab = browser.tab().await;
        tab.language("en-US").await;
        tab.screen(DESK).await;
        Self { tab, panel }
    }

    async fn open(&self, path: &str) {
        self.tab.visit(&self.panel.url(path)).await;
    }

    /// Fills the form in the middle of the page and sends it.
    async fn send(&self, fields: &[(&str, &str)]) {
        for (name, text) in fields {
            self.tab.fill(&field(name), text).await;
        }
        self.tab
            .follow("main form[method=post] > .buttons button")
            .await;
    }

    /// Follows the link of the page that leads there.
    async fn go(&self, path: &str) {
        self.tab.follow(&format!("main a[href$='{path}']")).await;
    }

    /// Presses the button of a form that goes there.
    async fn press(&self, action: &str) {
        let button = format!("main form[action$='{action}'] button");
        self.tab.follow(&button).await;
    }

    /// Orders what the page of a plan offers.
    async fn order(&self) {
        self.tab.follow("main button[formmethod=post]").await;
    }

    /// Nothing went wrong so far.
    async fn is_content(&self) {
        let wrong = self.tab.complaints().await;
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

fn field(name: &str) -> String {
    format!("main [name='{name}']")
}

/// What the panel told when it started.
fn told(log: &str, name: &str) -> String {
    let line = log.lines().find_map(|line| line.trim().strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name} in {log}"))
        .trim()
        .to_owned()
}

/// The operator takes the steps of the guide up to the first plan that can be bought.
async fn set_up(operator: &Person<'_>, path: &str) {
    let tab = &operator.tab;
    let gateway = format!("http://{}", gateway::open().await);
    let site = operator.panel.url("");
    tab.follow(&format!("main a[href='{path}/guide']")).await;
    operator.go("/settings/site").await;
    operator
        .send(&[("app_name", "Mine"), ("app_url", &site)])
        .await;
    operator.open(&format!("{path}/guide")).await;
    operator.go("/groups/new").await;
    operator.send(&[("name", "Everybody")]).await;
    operator.open(&format!("{path}/guide")).await;
    operator.go("/nodes/new").await;
    operator.go("/nodes/new/shadowsocks").await;
    tab.click(&field("group_ids[]")).await;
    operator
        .send(&[("name", "Amsterdam 1"), ("host", "ams.example.com")])
        .await;
    operator.open(&format!("{path}/guide")).await;
    operator.go("/plans").await;
    operator.go("/plans/new").await;
    tab.choose(&field("group_id"), "1").await;
    operator
        .send(&[("name", "Gold"), ("prices[monthly]", "9.99")])
        .await;
    operator.open(&format!("{path}/plans")).await;
    for offer in ["show", "sell"] {
        let switch = format!("main form[action$='/plans/1/switch']:has([name={offer}]) button");
        tab.follow(&switch).await;
    }
    operator.open(&format!("{path}/guide")).await;
    operator.go("/payments").await;
    operator.go("/payments/new?payment=EPay").await;
    let config = [
        ("name", "Card"),
        ("config[url]", gateway.as_str()),
        ("config[pid]", PID),
        ("config[key]", KEY),
    ];
    operator.send(&config).await;
    operator.open(&format!("{path}/payments")).await;
    operator.press("/payments/show").await;
    operator.is_content().await;
}

/// A customer registers, buys the plan and pays it at the gateway.
async fn buy(customer: &Person<'_>) {
    let tab = &customer.tab;
    customer.open("/").await;
    customer.go("/my/register").await;
    customer
        .send(&[("email", ANN), ("password", PASSWORD)])
        .await;
    tab.sees("Your account is ready").await;
    customer.go("/my/plans").await;
    customer.go("/my/plans/1").await;
    tab.sees("9.99").await;
    customer.order().await;
    tab.click("main input[name=method]").await;
    // The page to which this leads goes on to the gateway's by itself.
    tab.click("main form[action$='/pay'] button").await;
    tab.wait_until("location.pathname === '/submit.php' && document.readyState === 'complete'")
        .await;
    tab.click("#pay").await;
    tab.wait_until("location.pathname.startsWith('/my/orders/')")
        .await;
    tab.sees("Paid: your subscription is open.").await;
    customer.is_content().await;
}

/// The customer sees how to connect.
async fn connect(customer: &Person<'_>) {
    let tab = &customer.tab;
    customer.open("/").await;
    tab.sees("Gold").await;
    tab.click("main summary >> Show the QR code").await;
    tab.wait_until("document.querySelector('.qr svg').getBoundingClientRect().width > 100")
        .await;
    let link = "document.querySelector('#link').value.startsWith(location.origin)";
    tab.wait_until(link).await;
    customer.is_content().await;
}

/// A ticket is opened and answered.
async fn talk(customer: &Person<'_>, operator: &Person<'_>, path: &str) {
    customer.tab.follow("nav a[href='/my/tickets']").await;
    customer.go("/my/tickets/new").await;
    let ticket = [
        ("subject", "It is slow"),
        ("message", "Since this evening."),
    ];
    for (name, text) in ticket {
        customer.tab.fill(&field(name), text).await;
    }
    customer.press("/my/tickets/new").await;
    operator
        .tab
        .follow(&format!("nav a[href='{path}/tickets']"))
        .await;
    operator.go("/tickets/1").await;
    operator.tab.sees("Since this evening.").await;
    operator.send(&[("message", "Try the other node.")]).await;
    customer.open("/my/tickets/1").await;
    customer.tab.sees("Try the other node.").await;
    customer.is_content().await;
}

/// The customer orders once more, and the operator cancels it.
async fn cancel(customer: &Person<'_>, operator: &Person<'_>, path: &str) {
    customer.open("/my/plans/1").await;
    customer.order().await;
    customer.tab.sees("Waiting for payment").await;
    operator
        .tab
        .follow(&format!("nav a[href='{path}/orders']"))
        .await;
    operator.go("/orders/2").await;
    // The page asks whether that is meant; the browser says yes.
    operator.press("/orders/cancel").await;
    operator.tab.sees("The order is cancelled.").await;
    assert_eq!(operator.tab.dialogs().len(), 1);
    customer.tab.follow("nav a[href='/my/orders']").await;
    customer.tab.sees("Cancelled").await;
    operator.is_content().await;
    customer.is_content().await;
}

/// All of it, on an empty database.
async fn whole(database: &Database) {
    let Some(browser) = Browser::running() else {
        return;
    };
    let panel = Panel::start(database).await;
    let log = panel.log();
    let path = told(&log, "admin path");
    let operator = Person::sit_down(&panel, browser).await;
    operator.tab.visit(&told(&log, "console")).await;
    let [email, password] = ["e-mail", "password"].map(|name| told(&log, name));
    for (name, text) in [("email", email), ("password", password)] {
        operator.tab.fill(&field(name), &text).await;
    }
    operator.tab.follow("main form button").await;
    set_up(&operator, &path).await;
    let customer = Person::sit_down(&panel, browser).await;
    buy(&customer).await;
    connect(&customer).await;
    talk(&customer, &operator, &path).await;
    cancel(&customer, &operator, &path).await;
    let rows = Rows(database.sql());
    assert_eq!(rows.count("v2_order", "status = 3").await, 1);
    assert_eq!(rows.count("v2_order", "status = 2").await, 1);
    operator.open(&format!("{path}/guide")).await;
    operator.tab.sees("8 of 10 steps").await;
}

/// What a customer does on a panel that the demo filled, with scripts or without.
async fn short(database: &Database, may_run: bool) {
    let Some(browser) = Browser::running() else {
        return;
    };
    let demo = run(database, &[], &["demo"]);
    assert!(demo.status.success(), "{demo:?}");
    let panel = Panel::start(database).await;
    let customer = Person::sit_down(&panel, browser).await;
    customer.tab.scripts(may_run).await;
    customer.open("/my/register").await;
    customer
        .send(&[("email", ANN), ("password", PASSWORD)])
        .await;
    customer.open("/my/plans/1").await;
    // What is typed and not priced yet is not dropped.
    customer.tab.fill("#coupon", "NOSUCHCODE").await;
    customer.order().await;
    customer.tab.sees("Nothing is ordered yet").await;
    customer.is_content().await;
    customer.tab.fill("#coupon", "").await;
    customer.order().await;
    customer.tab.sees("Waiting for payment").await;
    customer.press("/cancel").await;
    customer.tab.sees("The order is cancelled.").await;
    customer.open("/my/tickets/new").await;
    for (name, text) in [("subject", "Hello"), ("message", "Is anybody there?")] {
        customer.tab.fill(&field(name), text).await;
    }
    customer.press("/my/tickets/new").await;
    customer.tab.sees("Is anybody there?").await;
    customer.is_content().await;
    assert_eq!(
        Rows(database.sql()).count("v2_order", "status = 2").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_panel_becomes_one_that_sells_on_sqlite() {
    if let Some(database) = Database::fresh(Backend::Sqlite).await {
        whole(&database).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_orders_on_mariadb() {
    if let Some(database) = Database::fresh(Backend::Mysql).await {
        short(&database, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_orders_on_postgres() {
    if let Some(database) = Database::fresh(Backend::Postgres).await {
        short(&database, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_orders_without_scripts() {
    if let Some(database) = Database::fresh(Backend::Sqlite).await {
        short(&database, false).await;
    }
}
