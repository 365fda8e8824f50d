//! `server/machine/*`: machines that run several nodes.
#![allow(
    clippy::option_option,
    reason = "a field is left out, null or a value, and each means something else"
)]

use actix_web::web::Data;
use ferroboard_application::MachineView;
use ferroboard_kernel::{MachineId, UnixSeconds};
use ferroboard_nodes::{MachineChange, MachineTerms};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::reader::{Reader, Refused};

/// A machine.
#[derive(Serialize, ToSchema)]
pub(crate) struct MachineBody {
    id: i64,
    name: String,
    notes: Option<String>,
    is_active: bool,
    /// When it was last heard of, in Unix seconds.
    last_seen_at: Option<i64>,
    /// The load that it last reported.
    #[schema(value_type = Option<Object>)]
    load_status: Option<Value>,
    /// Nodes that are on it.
    servers_count: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<MachineView> for MachineBody {
    fn from(view: MachineView) -> Self {
        Self {
            id: view.id.get(),
            name: view.terms.name,
            notes: view.terms.notes,
            is_active: view.terms.active,
            last_seen_at: view.last_seen_at.map(UnixSeconds::get),
            load_status: view.load,
            servers_count: view.nodes,
            created_at: view.created_at.get(),
            updated_at: view.updated_at.get(),
        }
    }
}

/// Every machine.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/machine/fetch",
    responses((status = 200, description = "The machines", body = SuccessBody<Vec<MachineBody>>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<Vec<MachineBody>>, Fault> {
    let run = panel.run(|app| async move { app.administration.machines.list().await });
    let machines = run.await?.into_iter();
    Ok(Success(machines.map(MachineBody::from).collect()))
}

/// A machine that is made or changed.
#[derive(ToSchema)]
pub struct SaveMachine {
    /// The machine that is changed; a new one without it.
    #[schema(value_type = Option<i64>)]
    id: Option<MachineId>,
    name: String,
    /// Left out it stays; null clears it.
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
    /// Whether it is let in; a new one is.
    is_active: Option<bool>,
}

/// The most characters of what is noted beside a machine: its column holds as many of the widest.
const LONGEST_NOTES: i64 = 16_000;

impl Body for SaveMachine {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.nullable("id").integer().get();
        let name = read.required("name").text().max(255).get();
        let notes = read.nullable("notes").text().max(LONGEST_NOTES);
        let notes = notes.map(Some).change();
        let active = read.nullable("is_active").boolean().get();
        Ok(Self {
            id: id?.map(MachineId::new),
            name: name?,
            notes: notes?.cleared_to(None),
            is_active: active?,
        })
    }
}

impl SaveMachine {
    /// The machine that is changed; a new one without it.
    pub const fn id(&self) -> Option<MachineId> {
        self.id
    }

    /// What is said of a new machine.
    pub fn into_terms(self) -> MachineTerms {
        MachineTerms {
            name: self.name,
            notes: self.notes.flatten(),
            active: self.is_active.unwrap_or(true),
        }
    }

    /// What becomes of one that there is.
    pub fn into_change(self) -> MachineChange {
        MachineChange {
            name: self.name,
            notes: self.notes,
            active: self.is_active,
        }
    }
}

/// A machine that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewMachine {
    id: i64,
    /// Its secret.
    token: String,
    /// What is typed on the machine to have it run its nodes.
    install_command: String,
}

/// What became of a machine.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SavedMachine {
    /// It was changed: always true.
    Changed(bool),
    /// It was made.
    Made(NewMachine),
}

/// Makes a machine, or changes one.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/machine/save",
    request_body = SaveMachine,
    responses(
        (status = 200, description = "Done", body = SuccessBody<SavedMachine>),
        (status = 422, description = "A field is missing or odd, or there is no such machine", body = FailureBody),
    )
)]
pub(crate) async fn save(
    Changing(change): Changing,
    Read(body): Read<SaveMachine>,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<Success<SavedMachine>, Fault> {
    let run = panel.run(move |app| async move {
        let machines = &app.administration.machines;
        let Some(id) = body.id() else {
            let machine = machines.create(&body.into_terms(), change).await?;
            let install_command = machines.command(&machine, &root);
            return Ok(SavedMachine::Made(NewMachine {
                id: machine.id.get(),
                token: machine.token,
                install_command,
            }));
        };
        machines.change(id, &body.into_change(), change).await?;
        Ok(SavedMachine::Changed(true))
    });
    Ok(Success(run.await?))
}

/// Which machine.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NamedMachine {
    #[schema(value_type = i64)]
    #[param(value_type = i64)]
    id: MachineId,
}

impl Body for NamedMachine {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").integer().map(MachineId::new).get()?;
        Ok(Self { id })
    }
}

/// Deletes a machine, which is told to run no node any more. Its nodes stay.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/machine/drop",
    request_body = NamedMachine,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 422, description = "There is no such machine", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedMachine>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.machines.delete(body.id, change).await });
    run.await?;
    Ok(DONE)
}

/// The secret of a machine.
#[derive(Serialize, ToSchema)]
pub(crate) struct MachineToken {
    token: String,
}

/// Gives a machine another secret: with the old one it is let in no longer.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/server/machine/resetToken",
    request_body = NamedMachine,
    responses(
        (status = 200, description = "The new secret", body = SuccessBody<MachineToken>),
        (status = 422, description = "There is no such machine", body = FailureBody),
    )
)]
pub(crate) async fn reset_token(
    Changing(change): Changing,
    Read(body): Read<NamedMachine>,
    panel: Data<Panel>,
) -> Result<Success<MachineToken>, Fault> {
    let run = panel.run(move |app| async move {
        app.administration
            .machines
            .reset_token(body.id, change)
            .await
    });
    let token = run.await?;
    Ok(Success(MachineToken { token }))
}

/// A machine's secret.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/machine/getToken",
    params(NamedMachine),
    responses(
        (status = 200, description = "The secret", body = SuccessBody<MachineToken>),
        (status = 422, description = "There is no such machine", body = FailureBody),
    )
)]
pub(crate) async fn token(
    _: AdminSession,
    Read(query): Read<NamedMachine>,
    panel: Data<Panel>,
) -> Result<Success<MachineToken>, Fault> {
    let run =
        panel.run(move |app| async move { app.administration.machines.token(query.id).await });
    let token = run.await?;
    Ok(Success(MachineToken { token }))
}

/// What is typed on a machine to have it run its nodes.
#[derive(Serialize, ToSchema)]
pub(crate) struct InstallCommand {
    command: String,
}

/// What is typed on a machine to have it run its nodes.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/machine/installCommand",
    params(NamedMachine),
    responses(
        (status = 200, description = "The command", body = SuccessBody<InstallCommand>),
        (status = 422, description = "There is no such machine", body = FailureBody),
    )
)]
pub(crate) async fn install_command(
    _: AdminSession,
    Read(query): Read<NamedMachine>,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<Success<InstallCommand>, Fault> {
    let run = panel.run(move |app| async move {
        app.administration
            .machines
            .install_command(query.id, &root)
            .await
    });
    let command = run.await?;
    Ok(Success(InstallCommand { command }))
}
