//! The way back of an operator who looks at the customer's pages as somebody else.

use actix_web::web::{Data, ServiceConfig};
use ferroboard_auth::{Credential, SessionKey};
use ferroboard_web::Panel;

use crate::cookies::Kind;
use crate::failure::PageResult;
use crate::flash::go;
use crate::routes::{at, form};
use crate::visitor::{Visitor, is_operators};

/// Mounts the way back among the customer's pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(at("/my/stop-acting").route(form().to(stop)));
}

/// Ends the session that was opened for looking, and leads back to the console where the operator's own session
/// still opens it.
async fn stop(visitor: Visitor, panel: Data<Panel>) -> PageResult {
    let own = visitor.operator_token().map(str::to_owned);
    let acted = visitor.session().cloned();
    let credential = own.as_deref().and_then(Credential::parse);
    let run = panel.run(move |app| async move {
        let operator = match credential {
            Some(credential) => app.sessions.authenticate(&credential).await.ok(),
            None => None,
        };
        let operator = operator.filter(is_operators);
        // Only what an operator opened is ended here.
        if let (Some(_), Some(acted)) = (&operator, &acted)
            && !is_operators(acted)
        {
            let key = SessionKey::Number(acted.number);
            app.sessions.remove(acted.account.id, &key).await?;
        }
        Ok((operator.is_some(), acted.map(|acted| acted.account.id)))
    });
    let (is_operator, user) = run.await?;
    let path = visitor.site().admin_path().unwrap_or_default();
    let back = match (is_operator, user) {
        (true, Some(user)) => format!("/{path}/users/{user}"),
        (true, None) => format!("/{path}"),
        (false, _) => "/".to_owned(),
    };
    let mut response = go(&back);
    if let Some(own) = own.filter(|_| is_operator) {
        visitor.log_in(&mut response, &own);
    }
    Kind::Operator.clear(&mut response, visitor.is_secure());
    Ok(response)
}
