//! Lines of parts with commas between them.

use serde_json::{Map, Value};

/// The parts of a line: so many without a name, and the others with one each.
pub(super) fn parts(line: &str, count: usize) -> Result<(Vec<&str>, Value), String> {
    let mut parts = line.split(',').map(str::trim);
    let bare: Vec<&str> = parts.by_ref().take(count).collect();
    let mut named = Map::new();
    if bare.len() < count || bare.iter().any(|part| part.is_empty()) {
        return Err(format!("fewer than {count} parts"));
    }
    for part in parts {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| format!("{part} has no name"))?;
        let known = named.insert(name.trim().to_owned(), value.trim().into());
        if known.is_some() {
            return Err(format!("{name} stands twice"));
        }
    }
    // A quoted value would end at another place than it seems to.
    if line.contains('"') {
        return Err("an open quote".to_owned());
    }
    Ok((bare, Value::Object(named)))
}

/// A name as it stands in a line and in lists of names.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let is_comment = ["#", ";", "//", "["]
        .iter()
        .any(|mark| name.starts_with(mark));
    if name.is_empty() || name.trim() != name || is_comment || name.contains(['"', ',', '=']) {
        return Err(format!("{name:?} is no name"));
    }
    Ok(())
}

/// A host where a line asks for one: a name or an address, nothing else.
pub(super) fn check_host(host: &str) -> Result<(), String> {
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if is_address || (!host.is_empty() && host.chars().all(is_name)) {
        return Ok(());
    }
    Err(format!("{host:?} is no host"))
}

pub(super) fn check_port(port: &str) -> Result<(), String> {
    match port.parse::<u16>() {
        Ok(port) if port > 0 => Ok(()),
        _ => Err(format!("{port} is no port")),
    }
}
