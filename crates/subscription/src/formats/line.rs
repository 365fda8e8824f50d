//! Nodes as lines of parts with commas between them.

use std::fmt::Display;

use super::sip003::Plugin;
use crate::ExportNode;

/// A line that is being written. The formats of such lines have no way to write a comma or a line
/// break inside a part, so a node of whose values one has any is not written at all.
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
        self.is_writable &= !part.contains([',', '\r', '\n']);
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
                self.put(mode, obfs.mode);
                self.put_some("obfs-host", obfs.host);
                self.put_some("obfs-uri", obfs.path);
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

/// The name of a node where it stands in a line, or in a list of names: separators become their
/// wide relatives.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            ',' => '，',
            '=' => '＝',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
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
        for value in ["/a,b", "x\r\n[Rule]", "\n"] {
            let mut line = Line::new("Node");
            line.put("path", value);
            assert_eq!(line.finish(), None, "{value:?}");
        }
        assert_eq!(plain("a,b=c\r\nd"), "a，b＝c  d");
    }
}
