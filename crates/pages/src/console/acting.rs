//! The way back of an operator who looks at the customer's pages as somebody else.

use actix_web::HttpResponse;
use actix_web::web::{Data, ServiceConfig};
use ferroboard_auth::{Credential, SessionKey};
use ferroboard_web::Panel;

use crate::failure::PageResult;
use crate::flash::go;
use crate::routes::{at, form};
use crate::visitor::{Visitor, is_operators};

/// Mounts the way back among the customer's pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(at("/my/stop-acting").route(form().to(stop)));
}

/// Ends the session that was opened for looking, and leads back to the console where the operator's own session
/// still opens it. Out of any other session no way leads there.
async fn stop(visitor: Visitor, panel: Data<Panel>) -> PageResult {
    let own = visitor.operator_token().map(str::to_owned);
    let (Some(own), Some(acted)) = (own, visitor.session().cloned()) else {
        return Ok(nowhere(&visitor));
    };
    let user = acted.account.id;
    let credential = Credential::parse(&own);
    let run = panel.run(move |app| async move {
        let operator = match credential {
            Some(credential) => app.sessions.authenticate(&credential).await.ok(),
            None => None,
        };
        let is_operator = operator.as_ref().is_some_and(is_operators);
        // Only what an operator opened is ended here.
        if is_operator {
            let key = SessionKey::Number(acted.number);
            app.sessions.remove(user, &key).await?;
        }
        Ok(is_operator)
    });
    if !run.await? {
        return Ok(nowhere(&visitor));
    }
    let path = visitor.site().admin_path().unwrap_or_default();
    let mut response = go(&format!("/{path}/users/{user}"));
    visitor.log_in(&mut response, &own);
    Ok(response)
}

/// Leads no operator to the console.
fn nowhere(visitor: &Visitor) -> HttpResponse {
    let mut response = go("/");
    visitor.forget_operator(&mut response);
    response
}
