//! What is allowed and rarely meant.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::config::{Config, ConfigError, Profile, Web};
use crate::parts;

/// The IPv4 networks of Cloudflare.
const CLOUDFLARE: [&str; 15] = [
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
];
/// What names the files of an admin app.
const MANIFEST: &str = "manifest.json";
/// No proxy has so many addresses.
const WIDEST: (u8, u8) = (8, 24);

/// What the operator had better look at again, in whole sentences. None of it keeps the panel from serving.
pub(crate) fn of(config: &Config) -> Result<Vec<String>, ConfigError> {
    let proxies = parts::trusted_proxies(config)?;
    let mut warnings: Vec<String> = proxies.iter().filter_map(of_proxies).collect();
    let is_production = config.profile == Profile::Production;
    let bind = config.http.bind;
    if is_production && proxies.is_empty() && !bind.ip().is_loopback() {
        warnings.push(format!(
            "http.trusted_proxies: nothing is named and the panel listens on {bind}; behind a proxy that \
             is not on this machine everybody counts as one client: name its address"
        ));
    }
    warnings.extend(of_folders(&config.web));
    Ok(warnings)
}

/// What is wrong with the folders that pages are served from. The one of the themes is made when it is needed.
fn of_folders(web: &Web) -> Vec<String> {
    let mut warnings = Vec::new();
    let themes = &web.themes;
    if themes.exists() && !themes.is_dir() {
        let themes = themes.display();
        warnings.push(format!(
            "web.themes: {themes} is no folder; no theme is shown"
        ));
    }
    if let Some(app) = &web.admin_app
        && !app.join(MANIFEST).is_file()
    {
        let app = app.display();
        warnings.push(format!(
            "web.admin_app: there is no {MANIFEST} in {app}; it is to be the folder public/assets/admin of an \
             Xboard, and until then the panel's own console is shown"
        ));
    }
    warnings
}

/// What is wrong with believing this network.
fn of_proxies(network: &IpNet) -> Option<String> {
    let reason = if is_wide(network) {
        "nearly everybody may say for whom he asks, and chooses his address in every limit"
    } else if is_one(network) {
        return None;
    } else if is_private(network) {
        "whoever shares this network with the panel chooses his address in every limit; name the \
         addresses of your proxies alone"
    } else if is_cloudflares(network) {
        "this is right only where nobody reaches the port but through Cloudflare, for instance by \
         authenticated origin pulls: others may send requests from there as well"
    } else {
        return None;
    };
    Some(format!("http.trusted_proxies: {network}: {reason}"))
}

fn is_one(network: &IpNet) -> bool {
    network.prefix_len() == network.max_prefix_len()
}

fn is_wide(network: &IpNet) -> bool {
    let (v4, v6) = WIDEST;
    // 10.0.0.0/8 is as wide, and private.
    match network {
        IpNet::V4(_) => network.prefix_len() <= v4 && !is_private(network) && !is_loopback(network),
        IpNet::V6(_) => network.prefix_len() <= v6 && !is_private(network),
    }
}

fn is_loopback(network: &IpNet) -> bool {
    network.addr().is_loopback()
}

fn is_private(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => [
            (Ipv4Addr::new(10, 0, 0, 0), 8),
            (Ipv4Addr::new(172, 16, 0, 0), 12),
            (Ipv4Addr::new(192, 168, 0, 0), 16),
            (Ipv4Addr::new(169, 254, 0, 0), 16),
            (Ipv4Addr::new(100, 64, 0, 0), 10),
        ]
        .into_iter()
        .any(|(address, length)| {
            Ipv4Net::new(address, length).is_ok_and(|private| private.contains(network))
        }),
        IpNet::V6(network) => [
            (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
            (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
        ]
        .into_iter()
        .any(|(address, length)| {
            Ipv6Net::new(address, length).is_ok_and(|private| private.contains(network))
        }),
    }
}

fn is_cloudflares(network: &IpNet) -> bool {
    let mut theirs = CLOUDFLARE
        .iter()
        .filter_map(|range| range.parse::<IpNet>().ok());
    theirs.any(|theirs| theirs.contains(network) || network.contains(&theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_show_nothing_are_warned_of() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut web = Web {
            themes: folder.path().join("missing"),
            admin_app: None,
        };
        assert!(of_folders(&web).is_empty());
        web.themes.clone_from(&file);
        web.admin_app = Some(folder.path().to_owned());
        let warned = of_folders(&web);
        assert_eq!(warned.len(), 2, "{warned:?}");
        assert!(warned[0].starts_with("web.themes: ") && warned[1].starts_with("web.admin_app: "));
        web.themes = folder.path().to_owned();
        std::fs::write(folder.path().join(MANIFEST), "{}").unwrap();
        assert!(of_folders(&web).is_empty());
    }

    #[test]
    fn wide_networks_are_warned_of_and_single_proxies_are_not() {
        for (range, expected) in [
            ("0.0.0.0/0", Some("nearly everybody")),
            ("::/0", Some("nearly everybody")),
            ("128.0.0.0/1", Some("nearly everybody")),
            ("2000::/3", Some("nearly everybody")),
            ("10.0.0.0/8", Some("shares this network")),
            ("172.30.71.0/24", Some("shares this network")),
            ("fd00::/8", Some("shares this network")),
            ("172.64.0.0/13", Some("Cloudflare")),
            ("172.64.1.0/24", Some("Cloudflare")),
            ("10.0.0.5/32", None),
            ("172.30.71.1/32", None),
            ("fd00::1/128", None),
            ("127.0.0.0/8", None),
            ("203.0.113.0/28", None),
        ] {
            let warned = of_proxies(&range.parse().unwrap());
            match expected {
                Some(text) => assert!(warned.unwrap().contains(text), "{range}"),
                None => assert_eq!(warned, None, "{range}"),
            }
        }
        let read = CLOUDFLARE
            .iter()
            .filter(|range| range.parse::<IpNet>().is_ok());
        assert_eq!(read.count(), CLOUDFLARE.len());
    }
}
