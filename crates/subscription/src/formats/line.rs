//! Nodes as lines of parts with commas between them.

use std::borrow::Cow;
use std::fmt::Display;

use super::sip003::Plugin;
use crate::ExportNode;

/// Policies that the apps around such lines have of themselves.
pub(crate) const BUILT_IN: [&str; 8] = [
    "DIRECT",
    "REJECT",
    "REJECT-DROP",
    "REJECT-NO-DROP",
    "REJECT-TINYGIF",
    "CELLULAR",
    "HYBRID",
    "PROXY",
];

/// A line that is being written. The formats of such lines have no common way to write a comma, a quote
/// or a line break inside a part, so a node of whose values one has any is not written at all.
pub(super) struct Line {
    text: String,
    is_writable: bool,
}

impl Line {
    /// Begins with a part as it stands.
    pub(super) fn new(first: impl Display) -> Self {
        let mut line = Self {
            text: String::new(),
            is_writable: true,
        };
        line.part(first);
        line
    }

    /// Adds a part; an empty one is left out.
    pub(super) fn part(&mut self, part: impl Display) {
        let part = part.to_string();
        self.is_writable &= !part.contains([',', '"', '\r', '\n']);
        if part.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(&part);
    }

    /// Adds a part with a name.
    pub(super) fn put(&mut self, name: &str, value: impl Display) {
        self.part(format_args!("{name}={value}"));
    }

    /// Adds a part with a name where there is a value.
    pub(super) fn put_some(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds the options of the plugin `simple-obfs` where the node has it; `mode` is what the format
    /// calls its mode. `None` for any other plugin: none of these formats has one.
    pub(super) fn put_obfs(&mut self, node: &ExportNode, mode: &str) -> Option<()> {
        match Plugin::of(node) {
            Plugin::None => {}
            Plugin::Obfs(obfs) => {
                self.put(mode, &obfs.mode);
                self.put_some("obfs-host", obfs.host);
                // Of the two disguises only one has requests.
                let path = obfs.path.filter(|_| obfs.is_http);
                self.put_some("obfs-uri", path.as_deref().map(rooted));
            }
            Plugin::V2ray(_) | Plugin::Other => return None,
        }
        Some(())
    }

    /// The line, unless the format cannot hold it.
    pub(super) fn finish(self) -> Option<String> {
        self.is_writable.then_some(self.text)
    }
}

/// The name of a node where it stands in a line, or in a list of names: separators and quotes become
/// their wide relatives, and so do the marks that make a comment or a section of a line.
pub(crate) fn plain(name: &str) -> String {
    let written: String = name
        .chars()
        .map(|c| match c {
            ',' => '，',
            '=' => '＝',
            '"' => '＂',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let written = written.trim();
    let mut rest = written.chars();
    let first = match rest.next() {
        Some('#') => '＃',
        Some(';') => '；',
        Some('[') => '［',
        Some('/') if rest.as_str().starts_with('/') => '／',
        _ => return written.to_owned(),
    };
    std::iter::once(first).chain(rest).collect()
}

/// A path from the root, as servers take one without its first slash.
pub(super) fn rooted(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') {
        path.into()
    } else {
        format!("/{path}").into()
    }
}

/// Lines as a text in which each ends with a line break.
pub(super) fn text(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| [line, "\r\n".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_parts_that_are_not_empty() {
        let mut line = Line::new("Node=x");
        line.part("");
        line.part(443);
        line.put("a", "b=c");
        line.put_some("none", None::<&str>);
        assert_eq!(line.finish().as_deref(), Some("Node=x,443,a=b=c"));
    }

    #[test]
    fn a_separator_in_a_value_keeps_the_node_out() {
        for value in ["/a,b", "/\"a", "x\r\n[Rule]", "\n"] {
            let mut line = Line::new("Node");
            line.put("path", value);
            assert_eq!(line.finish(), None, "{value:?}");
        }
        assert_eq!(plain("a,b=c\r\nd"), "a，b＝c  d");
    }

    #[test]
    fn no_name_is_a_comment_or_a_section() {
        for (name, written) in [
            ("# x", "＃ x"),
            ("; x", "； x"),
            ("// x", "／/ x"),
            ("[x]", "［x]"),
            ("\"q\"", "＂q＂"),
            (" a ", "a"),
            ("a # b", "a # b"),
            ("/a", "/a"),
            (" ", ""),
        ] {
            assert_eq!(plain(name), written, "{name}");
            assert_eq!(plain(written), written, "{name}");
        }
    }

    #[test]
    fn paths_begin_at_the_root() {
        assert_eq!(
            [rooted("/a"), rooted("a/b"), rooted("")],
            ["/a", "/a/b", "/"]
        );
    }
}
