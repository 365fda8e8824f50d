//! New keys for nodes, which nothing keeps before a node is saved with them.

use actix_web::web::Data;
use ferroboard_protocol::keys::{EchKeys, PublicName, RealityKeys};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// For what the keys are.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EchName {
    /// The name that those see who only watch; `ech.example.com` without it.
    #[param(value_type = Option<String>)]
    public_name: PublicName,
}

impl Body for EchName {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // As the reference answers it. An empty name is none.
        let refused = || Fault::refused(Message::NodePublicNameInvalid);
        let name = read.optional("public_name");
        let name = name.naming(refused, |name| PublicName::new(&name.text()?));
        let public_name = name.get()?.unwrap_or_default();
        Ok(Self { public_name })
    }
}

/// Keys of encrypted client hello, in PEM.
#[derive(Serialize, ToSchema)]
pub(crate) struct EchKeysBody {
    /// What the node keeps to itself.
    key: String,
    /// What clients are told.
    config: String,
}

/// New keys of encrypted client hello.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/server/manage/generateEchKey",
    params(EchName),
    responses(
        (status = 200, description = "The keys", body = SuccessBody<EchKeysBody>),
        (status = 400, description = "The name is none", body = FailureBody),
    )
)]
pub(crate) async fn ech(
    _: AdminSession,
    Read(body): Read<EchName>,
    panel: Data<Panel>,
) -> Success<EchKeysBody> {
    let nodes = &panel.application().administration.nodes;
    let EchKeys { key, config } = nodes.draw_ech_keys(&body.public_name);
    Success(EchKeysBody { key, config })
}

/// Keys of Reality.
#[derive(Serialize, ToSchema)]
pub(crate) struct RealityKeysBody {
    /// What the node keeps to itself.
    private_key: String,
    /// What clients are told.
    public_key: String,
    /// By which clients name themselves.
    short_id: String,
}

/// New keys of Reality.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/server/manage/generateRealityKey",
    responses((status = 200, description = "The keys", body = SuccessBody<RealityKeysBody>))
)]
pub(crate) async fn reality(_: AdminSession, panel: Data<Panel>) -> Success<RealityKeysBody> {
    let RealityKeys {
        private_key,
        public_key,
        short_id,
    } = panel.application().administration.nodes.draw_reality_keys();
    Success(RealityKeysBody {
        private_key,
        public_key,
        short_id,
    })
}
