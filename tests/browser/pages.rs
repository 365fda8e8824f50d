//! The list of all pages, and whether it is whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Lit};

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Whoever has no login.
    Stranger,
    Customer,
    Operator,
}
use Viewer::{Customer, Operator, Stranger};

/// A page: who looks at it, its pattern, and where one of them is; nothing where the pattern says it.
pub(crate) type Row = (Viewer, &'static str, &'static str);

pub(crate) const PAGES: &[Row] = &[
    (Stranger, "/", ""),
    (Stranger, "/my/login", ""),
    (Stranger, "/my/login/link", ""),
    (Stranger, "/my/register", "/my/register?code=ANNSCODE"),
    (Stranger, "/my/recover", ""),
    (Stranger, "/{console}/login", ""),
    (Customer, "/", ""),
    (
        Customer,
        "/my/enter",
        "/my/enter?verify=0123456789abcdef&back=/my/plans",
    ),
    (Customer, "/my/profile", ""),
    (Customer, "/my/profile/password", ""),
    (Customer, "/my/profile/sessions", ""),
    (Customer, "/my/profile/devices", ""),
    (Customer, "/my/profile/real-name", ""),
    (Customer, "/my/profile/ipv6", ""),
    (Customer, "/my/plans", ""),
    (Customer, "/my/plans/{id}", "/my/plans/2"),
    (Customer, "/my/plans/{id}", "/my/plans/1?coupon=WELCOME10"),
    (Customer, "/my/orders", ""),
    (Customer, "/my/orders/{trade_no}", "/my/orders/{waiting}"),
    (Customer, "/my/orders/{trade_no}", "/my/orders/{paid}"),
    (
        Customer,
        "/my/orders/{trade_no}/receipt",
        "/my/orders/{paid}/receipt",
    ),
    (
        Customer,
        "/my/orders/{trade_no}/pay",
        "/my/orders/{waiting}/pay",
    ),
    (Customer, "/my/top-up", ""),
    (Customer, "/my/packages", ""),
    (Customer, "/my/renewal", ""),
    (Customer, "/my/nodes", ""),
    (Customer, "/my/traffic", ""),
    (Customer, "/my/invite", ""),
    (Customer, "/my/invite/transfer", ""),
    (Customer, "/my/invite/withdraw", ""),
    (Customer, "/my/gift-cards", ""),
    (Customer, "/my/tickets", ""),
    (Customer, "/my/tickets/new", ""),
    (Customer, "/my/tickets/{id}", "/my/tickets/1"),
    (Customer, "/my/knowledge", ""),
    (Customer, "/my/knowledge/{id}", "/my/knowledge/1"),
    (Operator, "/{console}", ""),
    (Operator, "/{console}/guide", ""),
    (Operator, "/{console}/statistics", ""),
    (Operator, "/{console}/statistics/nodes", ""),
    (Operator, "/{console}/statistics/users", ""),
    (Operator, "/{console}/statistics/inviters", ""),
    (Operator, "/{console}/users", ""),
    (
        Operator,
        "/{console}/users",
        "/{console}/users?f_email=ann&cols=email&cols=link&cols=remarks",
    ),
    // How far a table is, which is there as long as the table is written.
    (
        Operator,
        "/{console}/under-way/{key}",
        "/{console}/ledger?csv=offered",
    ),
    (Operator, "/{console}/users/new", ""),
    (
        Operator,
        "/{console}/users/bulk",
        "/{console}/users/bulk?scope=filtered&work=mail&query=",
    ),
    (Operator, "/{console}/users/{id}", "/{console}/users/{ann}"),
    (
        Operator,
        "/{console}/users/{id}/edit",
        "/{console}/users/{ann}/edit",
    ),
    (Operator, "/{console}/orders", ""),
    (Operator, "/{console}/orders/assign", ""),
    (Operator, "/{console}/orders/{id}", "/{console}/orders/1"),
    (Operator, "/{console}/packages", ""),
    (Operator, "/{console}/packages/new", ""),
    (
        Operator,
        "/{console}/packages/{id}",
        "/{console}/packages/1",
    ),
    (Operator, "/{console}/plans", ""),
    (Operator, "/{console}/plans/new", ""),
    (Operator, "/{console}/plans/{id}", "/{console}/plans/1"),
    (Operator, "/{console}/coupons", ""),
    (Operator, "/{console}/coupons/new", ""),
    (Operator, "/{console}/coupons/{id}", "/{console}/coupons/1"),
    (Operator, "/{console}/gift-cards", ""),
    (Operator, "/{console}/gift-cards/new", ""),
    (
        Operator,
        "/{console}/gift-cards/{id}",
        "/{console}/gift-cards/1",
    ),
    (Operator, "/{console}/gift-cards/uses", ""),
    (Operator, "/{console}/gift-cards/statistics", ""),
    (Operator, "/{console}/gift-cards/codes", ""),
    (Operator, "/{console}/gift-cards/codes/new", ""),
    (
        Operator,
        "/{console}/gift-cards/codes/edit",
        "/{console}/gift-cards/codes/edit?id=1",
    ),
    (Operator, "/{console}/payments", ""),
    (
        Operator,
        "/{console}/payments/new",
        "/{console}/payments/new?payment=EPay",
    ),
    (
        Operator,
        "/{console}/payments/{id}",
        "/{console}/payments/1",
    ),
    (Operator, "/{console}/tickets", ""),
    (Operator, "/{console}/tickets/{id}", "/{console}/tickets/1"),
    (Operator, "/{console}/notices", ""),
    (Operator, "/{console}/notices/new", ""),
    (Operator, "/{console}/notices/{id}", "/{console}/notices/1"),
    (Operator, "/{console}/knowledge", ""),
    (Operator, "/{console}/knowledge/new", ""),
    (
        Operator,
        "/{console}/knowledge/{id}",
        "/{console}/knowledge/1",
    ),
    (Operator, "/{console}/resets", ""),
    (Operator, "/{console}/devices", ""),
    (Operator, "/{console}/real-names", ""),
    (
        Operator,
        "/{console}/real-names/{id}",
        "/{console}/real-names/{ann}?reveal=1",
    ),
    (
        Operator,
        "/{console}/real-names/{id}/reject",
        "/{console}/real-names/{ann}/reject",
    ),
    (Operator, "/{console}/reviews", ""),
    (Operator, "/{console}/reviews/{id}", "/{console}/reviews/1"),
    (
        Operator,
        "/{console}/reviews/{id}/settle",
        "/{console}/reviews/1/settle",
    ),
    (Operator, "/{console}/ledger", ""),
    (Operator, "/{console}/audit", ""),
    (Operator, "/{console}/mail-log", ""),
    (Operator, "/{console}/jobs", ""),
    (Operator, "/{console}/tasks", ""),
    (Operator, "/{console}/tasks/{id}", "/{console}/tasks/1"),
    (Operator, "/{console}/search", "/{console}/search?q=ann"),
    (Operator, "/{console}/nodes", ""),
    (Operator, "/{console}/nodes/new", ""),
    (
        Operator,
        "/{console}/nodes/new/{protocol}",
        "/{console}/nodes/new/vless",
    ),
    (
        Operator,
        "/{console}/nodes/new/{protocol}",
        "/{console}/nodes/new/hysteria",
    ),
    (Operator, "/{console}/nodes/{id}", "/{console}/nodes/2"),
    (Operator, "/{console}/groups", ""),
    (Operator, "/{console}/groups/new", ""),
    (Operator, "/{console}/groups/{id}", "/{console}/groups/1"),
    (Operator, "/{console}/routes", ""),
    (Operator, "/{console}/routes/new", ""),
    (Operator, "/{console}/routes/{id}", "/{console}/routes/1"),
    (Operator, "/{console}/machines", ""),
    (Operator, "/{console}/machines/new", ""),
    (
        Operator,
        "/{console}/machines/{id}",
        "/{console}/machines/1",
    ),
    (Operator, "/{console}/templates", ""),
    (
        Operator,
        "/{console}/templates/{name}",
        "/{console}/templates/singbox",
    ),
    (Operator, "/{console}/mail-templates", ""),
    (
        Operator,
        "/{console}/mail-templates/{name}",
        "/{console}/mail-templates/notify",
    ),
    (Operator, "/{console}/settings", ""),
    (
        Operator,
        "/{console}/settings/{group}",
        "/{console}/settings/safe",
    ),
    (
        Operator,
        "/{console}/settings/{group}",
        "/{console}/settings/email",
    ),
    (
        Operator,
        "/{console}/settings/{group}",
        "/{console}/settings/invite",
    ),
    (Operator, "/{console}/plugins", ""),
    (
        Operator,
        "/{console}/plugins/{code}",
        "/{console}/plugins/telegram",
    ),
    (Operator, "/{console}/themes", ""),
    (Operator, "/{console}/webhooks", ""),
    (Operator, "/{console}/webhooks/new", ""),
    (
        Operator,
        "/{console}/webhooks/{id}",
        "/{console}/webhooks/1",
    ),
    (Operator, "/{console}/webhooks/deliveries", ""),
    (
        Operator,
        "/{console}/webhooks/deliveries/{id}",
        "/{console}/webhooks/deliveries/2",
    ),
];

/// What answers GET and is no page: a part of one, a table to keep, and what was made, which a form shows.
const OTHERS: [&str; 3] = [
    "/{console}/under-way/{key}/made",
    "/my/orders/{trade_no}/state",
    "/{console}/gift-cards/batches/{batch}",
];

/// Finds `at("pattern")…route(page().to(…))` in the crate of the pages.
#[derive(Default)]
struct Mounted(BTreeSet<String>);

/// The innermost call of a chain of methods.
fn root(expression: &Expr) -> &Expr {
    match expression {
        Expr::MethodCall(call) => root(&call.receiver),
        other => other,
    }
}

fn is_called(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Call(call)
        if matches!(&*call.func, Expr::Path(path) if path.path.is_ident(name)))
}

impl<'ast> Visit<'ast> for Mounted {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let is_page = call.method == "route"
            && call
                .args
                .first()
                .is_some_and(|route| is_called(root(route), "page"));
        if let (true, Expr::Call(at)) = (is_page, root(&call.receiver))
            && let Some(Expr::Lit(pattern)) = at.args.first()
            && let Lit::Str(pattern) = &pattern.lit
        {
            self.0.insert(pattern.value());
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| {
        if path.is_dir() {
            sources(&path)
        } else {
            vec![path]
        }
    });
    files.collect()
}

#[test]
fn the_list_has_every_page() {
    let mut mounted = Mounted::default();
    let crate_of_pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/pages/src");
    for file in sources(&crate_of_pages) {
        let text = fs::read_to_string(&file).unwrap();
        mounted.visit_file(&syn::parse_file(&text).unwrap());
    }
    let home = std::iter::once("/".to_owned());
    let mounted: BTreeSet<String> = mounted.0.into_iter().chain(home).collect();
    assert!(mounted.len() > 80, "{mounted:?}");
    let listed = PAGES.iter().map(|(_, pattern, _)| *pattern).chain(OTHERS);
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    let missing: Vec<_> = mounted.difference(&listed).collect();
    assert!(missing.is_empty(), "nobody looks at {missing:#?}");
    let gone: Vec<_> = listed.difference(&mounted).collect();
    assert!(gone.is_empty(), "there are no such pages: {gone:#?}");
}
