//! Ways back: nobody is led to a stranger's page.

/// The path when it is one of ours: it begins with one slash, and has nothing that browsers read as another
/// host or that ends a header. `/` otherwise.
pub(crate) fn local(path: &str) -> &str {
    let is_plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = path.starts_with('/') && !path.starts_with("//") && is_plain;
    if is_ours { path } else { "/" }
}

/// The page of ours that links of the family call so: `dashboard`, `order/2026…`. The script knows the same names
/// (`PAGES` in `assets/pages.js`), for what stands behind `#`, which no server sees.
pub(crate) fn page_named(name: &str) -> String {
    let name = name.trim_matches('/');
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let rest = Some(rest).filter(|rest| !rest.is_empty() && rest.bytes().all(is_plain));
    let page = match first.to_ascii_lowercase().as_str() {
        "plan" => "/my/plans",
        "order" => "/my/orders",
        "ticket" => "/my/tickets",
        "knowledge" => "/my/knowledge",
        "node" | "server" => return "/my/nodes".to_owned(),
        "traffic" => return "/my/traffic".to_owned(),
        "invite" => return "/my/invite".to_owned(),
        "profile" => return "/my/profile".to_owned(),
        "giftcard" | "gift-card" => return "/my/gift-cards".to_owned(),
        _ => return "/".to_owned(),
    };
    match rest {
        Some(id) => format!("{page}/{id}"),
        None => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_addresses_are_no_way_back() {
        for path in ["/", "/my/orders?page=2", "/my/orders/1#x"] {
            assert_eq!(local(path), path);
        }
        for path in [
            "",
            "my",
            "//evil.test",
            "https://evil.test/",
            "/\\evil.test",
            "\\/evil.test",
            "/a\r\nSet-Cookie: x=1",
            "javascript:alert(1)",
            "/ /x",
        ] {
            assert_eq!(local(path), "/", "{path}");
        }
    }

    #[test]
    fn names_of_the_family_lead_to_pages_of_ours() {
        for (name, expected) in [
            ("dashboard", "/"),
            ("Order/2026aBc", "/my/orders/2026aBc"),
            ("/order", "/my/orders"),
            ("plan/3", "/my/plans/3"),
            ("ticket/../x", "/my/tickets"),
            ("//evil.test", "/"),
            ("https://evil.test", "/"),
            ("profile", "/my/profile"),
        ] {
            assert_eq!(page_named(name), expected, "{name}");
        }
    }
}
