//! Making a node, and changing one: first its protocol, then the form of that.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::{Application, Error};
use ferroboard_kernel::NodeId;
use ferroboard_nodes::NodeRecord;
use ferroboard_protocol::Protocol;
use ferroboard_web::forms::SaveNode;
use ferroboard_web::{Fault, Panel, body_of};

use super::SECTION;
use super::form::{Around, blank, edited, page};
use super::terms::{Complaints, fields_of};
use crate::catalogue::text;
use crate::console::guard::Changing;
use crate::desk::form_page::FormPage;
use crate::desk::typed::Typed;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::page::{Page, show as answer};
use crate::visitor::Operator;

#[derive(Template)]
#[template(path = "desk/protocols.html")]
struct ProtocolsPage {
    page: Page,
    protocols: [Protocol; 11],
}

/// The protocols of which a new node may be.
pub(in crate::desk) async fn choose(operator: Operator) -> PageResult {
    let page = Page::console(&operator, SECTION, "desk.node_choose")?;
    answer(&ProtocolsPage {
        page,
        protocols: Protocol::ALL,
    })
}

/// What a form is about: a node that there is, or a new one of a protocol.
pub(super) struct Edited {
    pub(super) protocol: Protocol,
    pub(super) node: Option<NodeRecord>,
    pub(super) around: Around,
}

impl Edited {
    /// A new node.
    pub(super) async fn new(panel: &Panel, protocol: &str) -> Result<Self, Failure> {
        let protocol = Protocol::named(protocol).ok_or(Failure::Unknown)?;
        let around = around(panel).await?;
        Ok(Self {
            protocol,
            node: None,
            around,
        })
    }

    /// A node that there is.
    pub(super) async fn known(panel: &Panel, id: i64) -> Result<Self, Failure> {
        let around = around(panel).await?;
        let mut nodes = around.nodes.iter().map(|node| &node.view.record);
        let node = nodes.find(|node| node.id == NodeId::new(id)).cloned();
        let node = node.ok_or(Failure::Unknown)?;
        Ok(Self {
            protocol: node.protocol,
            node: Some(node),
            around,
        })
    }

    /// The form.
    pub(super) fn page(
        &self,
        operator: &Operator,
        typed: &Typed,
        form: &Form,
    ) -> Result<FormPage, Failure> {
        let id = self.node.as_ref().map(|node| node.id);
        page(operator, id, self.protocol, &self.around, typed, form)
    }
}

async fn around(panel: &Panel) -> Result<Around, Fault> {
    let read = |app: std::sync::Arc<Application>| async move {
        let admin = &app.administration;
        Ok::<_, Error>(Around {
            groups: admin.groups.list().await?,
            routes: admin.routes.list().await?,
            machines: admin.machines.list().await?,
            nodes: admin.nodes.list().await?.0,
        })
    };
    panel.run(read).await
}

/// The form for a new node of a protocol.
pub(in crate::desk) async fn new(
    operator: Operator,
    path: Path<(String, String)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let edited = Edited::new(&panel, &path.1).await?;
    let typed = blank(edited.protocol);
    edited
        .page(&operator, &typed, &form)?
        .answer(StatusCode::OK)
}

/// The form of a node that there is.
pub(in crate::desk) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let known = Edited::known(&panel, path.1).await?;
    let typed = known.node.as_ref().map(edited).unwrap_or_default();
    known.page(&operator, &typed, &form)?.answer(StatusCode::OK)
}

/// Makes a node.
pub(in crate::desk) async fn create(
    operator: Operator,
    path: Path<(String, String)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let edited = Edited::new(&panel, &path.1).await?;
    save(&operator, &edited, changing, form, &panel).await
}

/// Changes a node.
pub(in crate::desk) async fn change(
    operator: Operator,
    path: Path<(String, i64)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let edited = Edited::known(&panel, path.1).await?;
    save(&operator, &edited, changing, form, &panel).await
}

async fn save(
    operator: &Operator,
    edited: &Edited,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> PageResult {
    let lang = operator.visitor.lang();
    let complaints = Complaints {
        json: text(lang, "desk.refused_json"),
        hours: text(lang, "desk.refused_times"),
        number: text(lang, "desk.refused_number"),
    };
    let typed = Typed::of(&form);
    let before = edited.node.as_ref();
    let fields = fields_of(edited.protocol, before, &typed, &mut form, &complaints);
    let body = body_of::<SaveNode>(&fields.into_input());
    let saved = match body {
        // What was typed is wrong in a way that the body does not show.
        Ok(_) if !form.is_good() => {
            return edited
                .page(operator, &typed, &form)?
                .answer(StatusCode::UNPROCESSABLE_ENTITY);
        }
        Ok(body) => {
            let run = panel.run(move |app| async move {
                let id = body.id();
                app.administration
                    .nodes
                    .save(id, body.into_terms(), change)
                    .await
            });
            run.await
        }
        Err(fault) => Err(fault),
    };
    match saved {
        Ok(()) => {
            let done = Flash::done("desk.node_saved");
            Ok(done.and_go(&operator.visitor, &operator.to("/nodes")))
        }
        Err(fault) => {
            let status = form.refused(&operator.visitor, fault)?;
            edited.page(operator, &typed, &form)?.answer(status)
        }
    }
}
