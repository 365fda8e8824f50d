//! Who looks at a page, and how it wants to see it.

use std::cell::Cell;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HOST, HeaderMap, HeaderName, REFERER};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};
use ferroboard_application::SessionView;
use ferroboard_auth::{AuthError, AuthPolicy, Credential};
use ferroboard_kernel::{SessionNumber, Zone};
use ferroboard_site::Settings;
use ferroboard_web::{Panel, Root};

use crate::cookies::Kind;
use crate::csrf::Secret;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::local::local;

/// Light, dark, or as the browser likes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// Its name, as in the `data-theme` attribute.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Auto, Self::Light, Self::Dark].into_iter();
        all.into_iter().find(|theme| theme.name() == name)
    }
}

/// Who asks for a page: made once a request by what surrounds the pages.
#[derive(Clone)]
pub(crate) struct Visitor(Rc<Seen>);

struct Seen {
    lang: Lang,
    theme: Theme,
    zone: Zone,
    is_secure: bool,
    /// Scheme and host that the browser came to, as far as is known.
    root: String,
    /// What the session's cookie holds.
    token: Option<String>,
    /// The live session that it is for.
    session: Option<SessionView>,
    /// What waits in the cookie of an operator who looks at the pages as somebody else.
    operator: Option<String>,
    secret: Secret,
    flash: Option<String>,
    path: String,
    query: String,
    /// The page of the form that was sent, where it is known.
    sent_from: Option<String>,
    site: Arc<Settings>,
    /// Whether a page carries a form, and whether it says what was to be said once.
    has_form: Cell<bool>,
    has_told: Cell<bool>,
}

impl Visitor {
    /// Reads the cookies of a request, and looks for the session. Where that cannot be looked for, the visitor is
    /// there all the same, beside what went wrong: the page that says so is in the visitor's language.
    pub(crate) async fn of(
        request: &HttpRequest,
        panel: &Panel,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let (headers, site) = (request.headers(), panel.site());
        let root = Root::extract(request).await?;
        let is_secure = is_secure(root.0.for_asker(), headers, &site);
        let read = |kind: Kind| kind.read(headers, is_secure);
        let token = read(Kind::Session);
        let (session, failure) = match token.as_deref().and_then(Credential::parse) {
            Some(credential) => match find(panel, credential).await {
                Ok(session) => (session, None),
                Err(failure) => (None, Some(failure)),
            },
            None => (None, None),
        };
        let is_form = !request.method().is_safe();
        let sent_from = is_form.then(|| form_page(headers, root.0.for_asker()));
        let accepted = headers.get(ACCEPT_LANGUAGE);
        let accepted = || Lang::accepted(accepted.and_then(|value| value.to_str().ok()));
        let chosen = read(Kind::Lang).and_then(|tag| Lang::tagged(&tag));
        let zone = read(Kind::Zone).and_then(|name| Zone::named(&name));
        let theme = read(Kind::Theme).and_then(|name| Theme::named(&name));
        let seen = Seen {
            lang: chosen.unwrap_or_else(accepted),
            theme: theme.unwrap_or(Theme::Auto),
            zone: zone.unwrap_or_else(|| panel.application().administration.users.zone()),
            is_secure,
            root: root.0.into_asker(),
            token,
            session,
            operator: read(Kind::Operator),
            secret: Secret::kept(read(Kind::Form)).map_err(Failure::internal)?,
            flash: read(Kind::Flash),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            sent_from: sent_from.flatten(),
            site,
            has_form: Cell::new(false),
            has_told: Cell::new(false),
        };
        Ok((Self(Rc::new(seen)), failure))
    }

    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.0.lang
    }

    /// Light or dark.
    pub(crate) fn theme(&self) -> Theme {
        self.0.theme
    }

    /// The zone in which times are shown: the viewer's own, or the site's.
    pub(crate) fn zone(&self) -> Zone {
        self.0.zone
    }

    /// Whether the browser came by TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.is_secure
    }

    /// Whether this is the origin of the page that the visitor asks for, whatever its scheme: a proxy may speak
    /// another one.
    pub(crate) fn is_own_origin(&self, origin: &str) -> bool {
        let host = |address: &str| address.split_once("://").map(|(_, host)| host.to_owned());
        let own = host(&self.0.root);
        own.is_some() && own == host(origin)
    }

    /// The live session, if there is one.
    pub(crate) fn session(&self) -> Option<&SessionView> {
        self.0.session.as_ref()
    }

    /// The session's token, as its cookie holds it.
    pub(crate) fn token(&self) -> Option<&str> {
        self.0.token.as_deref()
    }

    /// The same while its session is live: what a dead one leaves in the browser spoils no form.
    fn live_token(&self) -> Option<&str> {
        self.session().and(self.token())
    }

    /// The token of the operator who looks at the pages as somebody else, while the session that was opened for
    /// that is the live one. Whose it is must be asked.
    pub(crate) fn operator_token(&self) -> Option<&str> {
        let (acted, token) = self.waiting()?;
        let is_acted = self.session()?.number.to_string() == acted;
        is_acted.then_some(token)
    }

    /// The same whatever session is live: for what ends it.
    pub(crate) fn waiting_token(&self) -> Option<&str> {
        self.waiting().map(|(_, token)| token)
    }

    /// The number of the session that was opened for looking, and the operator's own token.
    fn waiting(&self) -> Option<(&str, &str)> {
        self.0.operator.as_deref()?.split_once(':')
    }

    /// The path that was asked for.
    pub(crate) fn path(&self) -> &str {
        &self.0.path
    }

    /// What was asked for, with its query: a way back. After a form it is the page of the form, as many forms are
    /// sent to where no page is.
    pub(crate) fn here(&self) -> String {
        if let Some(page) = &self.0.sent_from {
            return page.clone();
        }
        match self.0.query.as_str() {
            "" => self.0.path.clone(),
            query => format!("{}?{query}", self.0.path),
        }
    }

    /// The query, without `?`.
    pub(crate) fn query(&self) -> &str {
        &self.0.query
    }

    /// The site settings of this request.
    pub(crate) fn site(&self) -> &Settings {
        &self.0.site
    }

    /// What a form is to carry in `_csrf`.
    pub(crate) fn form_token(&self) -> Result<String, Failure> {
        self.0.has_form.set(true);
        let token = self.0.secret.token(self.live_token());
        token.map_err(Failure::internal)
    }

    /// Whether a form carries what it must.
    pub(crate) fn admits(&self, token: &str) -> bool {
        self.0.secret.admits(self.live_token(), token)
    }

    /// What the page is to say once, as the cookie holds it: kind, name and value.
    pub(crate) fn take_flash(&self) -> Option<(&str, &str, &str)> {
        let text = self.0.flash.as_deref()?;
        self.0.has_told.set(true);
        let (kind, rest) = text.split_once(':')?;
        let (name, value) = rest.split_once(':')?;
        Some((kind, name, value))
    }

    /// Writes the cookies that the answer is to bring.
    pub(crate) fn leave(&self, response: &mut HttpResponse) {
        let is_secure = self.is_secure();
        if self.0.has_form.get() && self.0.secret.is_new() {
            Kind::Form.set(response, is_secure, self.0.secret.text(), None);
        }
        if self.0.has_told.get() {
            Kind::Flash.clear(response, is_secure);
        }
    }

    /// Logs the browser in with a session's token, which lasts as long as the session.
    pub(crate) fn log_in(&self, response: &mut HttpResponse, token: &str) {
        let lasts = AuthPolicy::SESSION_LIFETIME.get();
        Kind::Session.set(response, self.is_secure(), token, Some(lasts));
        self.forget_operator(response);
    }

    /// Logs the browser out; ending the session is the use case's.
    pub(crate) fn log_out(&self, response: &mut HttpResponse) {
        Kind::Session.clear(response, self.is_secure());
        self.forget_operator(response);
    }

    /// Has the browser look at the pages as somebody else, with the operator's own session waiting behind.
    pub(crate) fn act(
        &self,
        response: &mut HttpResponse,
        token: &str,
        number: SessionNumber,
        seconds: i64,
    ) {
        if let Some(own) = self.token() {
            let waiting = format!("{number}:{own}");
            Kind::Operator.set(response, self.is_secure(), &waiting, Some(seconds));
        }
        Kind::Session.set(response, self.is_secure(), token, Some(seconds));
    }

    /// Has the browser forget the operator's session: no way leads back to it.
    pub(crate) fn forget_operator(&self, response: &mut HttpResponse) {
        if self.0.operator.is_some() {
            Kind::Operator.clear(response, self.is_secure());
        }
    }
}

/// The live session of this credential.
async fn find(panel: &Panel, credential: Credential) -> Result<Option<SessionView>, Failure> {
    let run = panel.run(move |app| async move {
        match app.sessions.authenticate(&credential).await {
            Ok(session) => Ok(Some(session)),
            Err(ferroboard_application::Error::Auth(
                AuthError::Unauthenticated | AuthError::AccountSuspended,
            )) => Ok(None),
            Err(error) => Err(error),
        }
    });
    Ok(run.await?)
}

/// The page of the form that is sent, as far as the browser tells: a path of ours.
fn form_page(headers: &HeaderMap, root: &str) -> Option<String> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let (_, rest) = text(REFERER)?.split_once("://")?;
    let (host, path) = rest.split_at_checked(rest.find('/')?)?;
    let own = root.split_once("://").map(|(_, own)| own);
    let is_ours = text(HOST) == Some(host) || own == Some(host);
    (is_ours && local(path) == path).then(|| path.to_owned())
}

/// Whether the browser came by TLS: by what a proxy that is believed says, or where the site's own address is
/// an `https` one and is what the browser asked for.
fn is_secure(root: &str, headers: &HeaderMap, site: &Settings) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let app_url = site.site.app_url.as_deref().unwrap_or_default();
    let own = app_url.strip_prefix("https://").map(|rest| {
        let end = rest.find('/').unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest)
    });
    root.starts_with("https://") || own.is_some_and(|own| host == Some(own))
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visitor = request.extensions().get::<Self>().cloned();
        ready(visitor.ok_or_else(|| Failure::internal("nothing surrounds the page")))
    }
}

/// A customer who is logged in.
#[derive(Clone)]
pub(crate) struct Customer {
    /// How it looks at the page.
    pub(crate) visitor: Visitor,
    /// Its session and account, as read a moment ago.
    pub(crate) session: SessionView,
}

impl FromRequest for Customer {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    /// Leads to the login whoever has none, and back.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::from_request(request, payload).into_inner();
        ready(
            visitor.and_then(|visitor| match visitor.session().cloned() {
                Some(session) => Ok(Self { visitor, session }),
                None => Err(Failure::LoginFirst(way_back(request))),
            }),
        )
    }
}

/// Where to go on after the login: what was asked for, or the home page after a form.
fn way_back(request: &HttpRequest) -> String {
    if request.method().is_safe() {
        request
            .uri()
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string)
    } else {
        "/".to_owned()
    }
}

/// A customer whose account is no second one, for what these may not do.
pub(crate) struct MainCustomer(pub(crate) Customer);

impl FromRequest for MainCustomer {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let customer = Customer::from_request(request, payload).into_inner();
        ready(customer.and_then(|customer| {
            if customer.session.account.shadow_of.is_none() {
                Ok(Self(customer))
            } else {
                Err(Failure::Forbidden)
            }
        }))
    }
}

/// An administrator. Staff is none.
#[derive(Clone)]
pub(crate) struct Operator {
    /// How it looks at the page.
    pub(crate) visitor: Visitor,
    /// Its session and account, as read a moment ago.
    pub(crate) session: SessionView,
    /// The admin path of this request, without slashes.
    pub(crate) path: String,
}

impl Operator {
    /// A path of the console: `to("/users")`.
    pub(crate) fn to(&self, path: &str) -> String {
        format!("/{}{path}", self.path)
    }
}

/// Whether a session opens the console: an administrator's, and no second account's.
pub(crate) fn is_operators(session: &SessionView) -> bool {
    session.account.is_admin && session.account.shadow_of.is_none()
}

impl FromRequest for Operator {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let customer = Customer::from_request(request, payload).into_inner();
        let panel = request.app_data::<Data<Panel>>();
        let path = panel.and_then(|panel| panel.site().admin_path().map(str::to_owned));
        let path = path.unwrap_or_default();
        ready(match customer {
            Ok(Customer { visitor, session }) if is_operators(&session) => Ok(Self {
                visitor,
                session,
                path,
            }),
            Ok(_) => Err(Failure::Forbidden),
            Err(Failure::LoginFirst(back)) => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                let query = query.append_pair("back", &back).finish();
                Err(Failure::LoginAt(format!("/{path}/login?{query}")))
            }
            Err(failure) => Err(failure),
        })
    }
}
