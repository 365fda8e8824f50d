//! What every client is told of the site and the account.

use ferroboard_subscription::Site;
use ferroboard_subscription::testing::a_site;

use super::{Download, header};

const AGENTS: [&str; 13] = [
    "clash",
    "meta",
    "stash",
    "sing-box 1.12.0",
    "v2rayN/7.0",
    "Shadowrocket/2701",
    "quantumult%20x",
    "loon",
    "surge",
    "surfboard",
    "shadowsocks",
    "egern",
    "xray-json",
];

#[test]
fn every_client_is_told_of_the_site_and_the_account() {
    for agent in AGENTS {
        let mut download = Download::by(agent, vec![]);
        download.site = Site {
            support_url: Some("https://t.me/help".into()),
            announcement: Some(" 维护 ".into()),
            ..a_site()
        };
        let document = download.document();
        for (name, expected) in [
            ("profile-title", "base64:RGVtbyBQYW5lbA=="),
            ("profile-update-interval", "24"),
            ("profile-web-page-url", "http://demo.test"),
            ("support-url", "https://t.me/help"),
            ("announce", "base64:57u05oqk"),
            (
                "subscription-userinfo",
                "upload=1073741824; download=2147483648; total=10737418240; expire=",
            ),
        ] {
            assert_eq!(header(&document, name), Some(expected), "{agent} {name}");
        }
        // A list of links is to be seen in a browser.
        let is_list = document.content_type.starts_with("text/plain");
        let file = header(&document, "content-disposition");
        assert_eq!(file.is_none(), is_list, "{agent}");
    }
}

#[test]
fn what_is_not_set_is_not_told() {
    let mut download = Download::by("clash", vec![]);
    download.site = Site {
        url: None,
        support_url: Some(" ".into()),
        ..a_site()
    };
    let document = download.document();
    for name in ["profile-web-page-url", "support-url", "announce"] {
        assert_eq!(header(&document, name), None, "{name}");
    }
}
