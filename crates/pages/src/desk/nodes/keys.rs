//! The same form again: with the fields of another choice, or with new keys. Nothing is saved.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_protocol::keys::PublicName;
use ferroboard_web::Panel;

use super::fields::tls_of;
use super::save::Edited;
use crate::desk::typed::Typed;
use crate::failure::{Failure, PageResult};
use crate::form::Form;
use crate::visitor::Operator;

/// What is done with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// The fields of the choice are shown.
    Fields,
    /// New keys of Reality stand in their fields.
    RealityKeys,
    /// New keys of encrypted client hello do.
    EchKeys,
}

impl Again {
    fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "fields" => Ok(Self::Fields),
            "reality-keys" => Ok(Self::RealityKeys),
            "ech-keys" => Ok(Self::EchKeys),
            _ => Err(Failure::Unknown),
        }
    }
}

/// The form of a new node again.
pub(in crate::desk) async fn new(
    operator: Operator,
    path: Path<(String, String, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let again = Again::named(&path.2)?;
    let edited = Edited::new(&panel, &path.1).await?;
    show(&operator, &edited, again, &form, &panel)
}

/// The form of a node that there is again.
pub(in crate::desk) async fn known(
    operator: Operator,
    path: Path<(String, i64, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let again = Again::named(&path.2)?;
    let edited = Edited::known(&panel, path.1).await?;
    show(&operator, &edited, again, &form, &panel)
}

fn show(
    operator: &Operator,
    edited: &Edited,
    again: Again,
    form: &Form,
    panel: &Panel,
) -> PageResult {
    const REALITY: &str = "protocol_settings.reality_settings";
    let mut typed = Typed::of(form);
    let nodes = &panel.application().administration.nodes;
    match (again, tls_of(edited.protocol)) {
        (Again::RealityKeys, _) => {
            let keys = nodes.draw_reality_keys();
            typed.put("protocol_settings.tls", "2");
            typed.put(&format!("{REALITY}.public_key"), keys.public_key);
            typed.put(&format!("{REALITY}.private_key"), keys.private_key);
            typed.put(&format!("{REALITY}.short_id"), keys.short_id);
        }
        (Again::EchKeys, Some(layer)) => {
            // Who only watches sees this name: another one than that of the node hides it.
            let name = typed.text(&format!("{layer}.ech.query_server_name"));
            let name = PublicName::new(&name).unwrap_or_default();
            let keys = nodes.draw_ech_keys(&name);
            if layer.ends_with("tls_settings") {
                typed.put("protocol_settings.tls", "1");
            }
            typed.put(&format!("{layer}.ech.enabled"), "1");
            typed.put(&format!("{layer}.ech.config"), keys.config);
            typed.put(&format!("{layer}.ech.key"), keys.key);
        }
        (Again::Fields | Again::EchKeys, _) => {}
    }
    let mut page = edited.page(operator, &typed, form)?;
    if again != Again::Fields {
        page.told = Some(page.page.t("desk.node_drawn").to_owned());
    }
    page.answer(StatusCode::OK)
}
