//! Surfboard: nodes as lines inside a template.

use ferroboard_protocol::Protocol;

use super::surge_family::{self, common, put_speed, put_verification};
use crate::{Document, Export, ExportNode, TemplateName};

const JOINT: &str = "=";

/// The document of Surfboard.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let template = export.templates.text(TemplateName::Surfboard);
    let body = surge_family::fill(template, export, &export.site.link, write);
    Document::new("text/html; charset=utf-8", body).with_file_name(export.site, ".conf")
}

/// The line; `None` where there is no way to write it.
pub(crate) fn write(node: &ExportNode) -> Option<String> {
    if node.protocol != Protocol::Anytls {
        return common(node, JOINT)?.finish();
    }
    let mut line = surge_family::anytls(node, JOINT);
    put_speed(&mut line);
    put_verification(&mut line, node, "tls");
    line.finish()
}
