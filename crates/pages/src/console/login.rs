//! In and out of the console: administrators alone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig};
use askama::Template;
use ferroboard_auth::{Credential, SessionKey};
use ferroboard_web::forms::LoginBody;
use ferroboard_web::{Client, Panel};

use crate::failure::{Failure, PageResult};
use crate::flash::go;
use crate::form::Form;
use crate::local::local;
use crate::page::{Page, show_as};
use crate::routes::{at, form, page};
use crate::visitor::{Operator, Visitor, is_operators};

#[derive(Template)]
#[template(path = "console/login.html")]
struct LoginPage {
    page: Page,
    form: Form,
    action: String,
    /// Where to go on.
    back: String,
}

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            at("/{console}/login")
                .route(page().to(show))
                .route(form().to(log_in)),
        )
        .service(at("/{console}/logout").route(form().to(log_out)));
}

/// Where the console is, as the visitor asked for it.
fn console_of(visitor: &Visitor) -> String {
    let path = visitor.site().admin_path().unwrap_or_default();
    format!("/{path}")
}

fn answer(status: StatusCode, visitor: &Visitor, form: Form) -> PageResult {
    let console = console_of(visitor);
    let back = local(form.text("back")).to_owned();
    let login = LoginPage {
        page: Page::new(visitor, "", "layout.console")?,
        action: format!("{console}/login"),
        back: if back == "/" { console } else { back },
        form,
    };
    show_as(status, &login)
}

/// The form; whoever is in goes on.
async fn show(visitor: Visitor, form: Form) -> PageResult {
    if visitor.session().is_some_and(is_operators) {
        return Ok(go(&console_of(&visitor)));
    }
    answer(StatusCode::OK, &visitor, form)
}

/// Logs an administrator in. Anybody else is told so, and is not logged in.
async fn log_in(
    visitor: Visitor,
    mut form: Form,
    client: Client,
    panel: Data<Panel>,
) -> PageResult {
    match try_to_log_in(&form, client, &panel).await {
        Ok(Some(token)) => {
            let back = local(form.text("back"));
            let mut response: HttpResponse = go(back);
            visitor.log_in(&mut response, &token);
            Ok(response)
        }
        Ok(None) => {
            let text = crate::catalogue::text(visitor.lang(), "console.operators_only");
            form.refuse(text);
            answer(StatusCode::FORBIDDEN, &visitor, form)
        }
        Err(failure) => {
            let status = form.refused(&visitor, failure)?;
            answer(status, &visitor, form)
        }
    }
}

/// The token of an administrator's session; `None` for anybody else, whose session is ended.
async fn try_to_log_in(
    form: &Form,
    client: Client,
    panel: &Panel,
) -> Result<Option<String>, Failure> {
    let command = form.read::<LoginBody>()?.into_command(client.0);
    panel.admit_account(&command.email)?;
    let run = panel.run(move |app| async move {
        let token = app.login.login(command).await?.token;
        let Some(credential) = Credential::parse(&token) else {
            return Ok(None);
        };
        let session = app.sessions.authenticate(&credential).await?;
        if is_operators(&session) {
            return Ok(Some(token));
        }
        let key = SessionKey::Number(session.number);
        app.sessions.remove(session.account.id, &key).await?;
        Ok(None)
    });
    Ok(run.await?)
}

/// Ends the operator's session.
async fn log_out(operator: Operator, panel: Data<Panel>) -> PageResult {
    let session = operator.session.clone();
    let run = panel.run(move |app| async move {
        let key = SessionKey::Number(session.number);
        app.sessions.remove(session.account.id, &key).await
    });
    run.await?;
    let mut response = go(&operator.to("/login"));
    operator.visitor.log_out(&mut response);
    Ok(response)
}
