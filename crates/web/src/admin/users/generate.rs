//! `user/generate`: many users at once.

use std::marker::PhantomData;

use actix_web::Either;
use actix_web::web::Data;
use ferroboard_application::{GenerateUsers, GeneratedUsers, NewAddresses, Progress};
use ferroboard_auth::Password;
use ferroboard_kernel::{Email, PlanId, UnixSeconds};
use serde::Serialize;
use utoipa::ToSchema;

use super::export::{FOR_EVER, told};
use super::update::hashable;
use crate::Panel;
use crate::admin::guard::Changing;
use crate::answer::csv::Csv;
use crate::answer::csv_file::CsvFile;
use crate::answer::envelope::{Bare, FailureBody, SUCCESS_MESSAGE};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::reader::{Reader, Refused};

/// Users that are to be made. What the addresses are is held by `email_suffix`.
#[derive(ToSchema)]
pub struct GenerateBody {
    /// What stands in front of the `@`, with `_1`, `_2` and so on where there are many.
    #[schema(value_type = Option<String>)]
    email_prefix: PhantomData<NewAddresses>,
    /// So many, at most 500. Without a prefix their addresses are drawn.
    #[schema(value_type = Option<i64>)]
    generate_count: Option<usize>,
    /// What stands behind the `@`.
    #[schema(value_type = String)]
    email_suffix: NewAddresses,
    #[schema(value_type = Option<i64>)]
    plan_id: Option<PlanId>,
    /// Null for ever.
    #[schema(value_type = Option<i64>)]
    expired_at: Option<UnixSeconds>,
    /// The password of all of them; without it each gets one that is drawn.
    #[schema(value_type = Option<String>)]
    password: Option<Password>,
    /// Answers many users as a table.
    #[schema(value_type = Option<bool>)]
    download_csv: bool,
}

/// At most so many users are made at once.
const MOST: i64 = 500;
/// The end of the year 9999.
const LATEST: i64 = 253_402_214_400;

impl Body for GenerateBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let count = read.nullable("generate_count").integer();
        let count = count.says(Message::UserCountInvalid).min(0);
        let count = count.says(Message::UserCountInvalid).max(MOST);
        let count = count.says(Message::UserCountTooLarge);
        let count = count.map(|count| usize::try_from(count).unwrap_or(0));
        let count = count.or(0);
        let plan = read.nullable("plan_id").integer();
        let plan = plan.says(Message::UserPlanInvalid);
        let plan = plan.map(PlanId::new).get();
        let ends_at = read.nullable("expired_at").integer();
        let ends_at = ends_at.says(Message::UserExpiryInvalid);
        let ends_at = ends_at.min(0).max(LATEST).map(UnixSeconds::new).get();
        let prefix = read.nullable("email_prefix").text().get();
        let suffix = read.required("email_suffix").text().get();
        let password = read.nullable("password").password().judge(hashable).get();
        let download_csv = read.given("download_csv").switch() == Some(true);
        let said = prefix.and_then(|prefix| Ok((prefix, suffix?, count?)));
        let addresses = said.and_then(|(prefix, suffix, count)| {
            let addresses = addresses(prefix.as_deref(), &suffix, count);
            addresses.map_err(|(field, message)| read.complain(field, message))
        });
        Ok(Self {
            email_prefix: PhantomData,
            generate_count: Some(count?).filter(|count| *count > 0),
            email_suffix: addresses?,
            plan_id: plan?,
            expired_at: ends_at?,
            password: password?,
            download_csv,
        })
    }
}

impl GenerateBody {
    /// How many users are wanted.
    pub fn count(&self) -> usize {
        match &self.email_suffix {
            NewAddresses::Named(emails) => emails.len(),
            NewAddresses::Drawn { count, .. } => *count,
        }
    }

    /// What is to be made.
    pub fn into_command(self) -> GenerateUsers {
        GenerateUsers {
            addresses: self.email_suffix,
            password: self.password,
            plan: self.plan_id,
            expired_at: self.expired_at,
        }
    }
}

/// The addresses; the field and what is wrong with it where there are none.
fn addresses(
    prefix: Option<&str>,
    suffix: &str,
    count: usize,
) -> Result<NewAddresses, (&'static str, Message)> {
    let unusable = ("email_suffix", Message::UserAddressInvalid);
    let email = |local: &str| Email::parse(&format!("{local}@{suffix}")).map_err(|_| unusable);
    match (prefix, count) {
        (None, 0) => Err(("generate_count", Message::UserAddressesRequired)),
        (None, count) => {
            // Any six letters and digits do.
            email("aaaaaa")?;
            let suffix = suffix.trim().to_owned();
            Ok(NewAddresses::Drawn { count, suffix })
        }
        (Some(prefix), 0) => Ok(NewAddresses::Named(vec![email(prefix)?])),
        (Some(prefix), count) => {
            let emails = (1..=count).map(|number| email(&format!("{prefix}_{number}")));
            Ok(NewAddresses::Named(emails.collect::<Result<_, _>>()?))
        }
    }
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made {
    /// `success`
    status: &'static str,
    /// A fixed text.
    message: &'static str,
    /// Always 0.
    code: i64,
    data: MadeUsers,
    /// Always null.
    #[schema(value_type = Option<String>)]
    error: Option<()>,
    /// The one user; nobody can read the password later.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<MadeUser>,
}

/// True of one user; many are told with their passwords.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum MadeUsers {
    One(bool),
    Many(Vec<MadeUser>),
}

/// A user that was made. Times are texts in the site's time zone.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeUser {
    email: String,
    password: String,
    expired_at: String,
    uuid: String,
    created_at: String,
    subscribe_url: String,
}

/// What the reference says of many, in every language.
const MADE: &str = "批量生成成功";
/// The first line of the table, in the words of the reference in every language.
const COLUMNS: &str = "账号,密码,过期时间,UUID,创建时间,订阅地址";

fn shown(made: GeneratedUsers) -> Vec<MadeUser> {
    let zone = made.zone;
    let ends_at = made.expired_at.map(|at| told(at, zone));
    let ends_at = ends_at.unwrap_or_else(|| FOR_EVER.to_owned());
    let created_at = told(made.at, zone);
    let users = made.users.into_iter().map(|user| MadeUser {
        email: user.email.as_str().to_owned(),
        password: user.password.expose().to_owned(),
        expired_at: ends_at.clone(),
        uuid: user.uuid,
        created_at: created_at.clone(),
        subscribe_url: user.subscribe_url,
    });
    users.collect()
}

fn table(users: &[MadeUser]) -> CsvFile {
    let mut csv = Csv::shown();
    csv.line(COLUMNS.split(','));
    for user in users {
        csv.line([
            user.email.as_str(),
            &user.password,
            &user.expired_at,
            &user.uuid,
            &user.created_at,
            &user.subscribe_url,
        ]);
    }
    CsvFile::whole("users.csv".to_owned(), csv.into_text())
}

/// Makes a user, or up to 500, all of them or none.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/generate",
    request_body = GenerateBody,
    responses(
        (status = 200, content(
            (Made = "application/json"),
            (String = "text/csv"),
        ), description = "Made; many are answered with their passwords, or as a table in CSV"),
        (status = 400, description = "An address is taken, or there is no such plan", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
        (status = 503, description = "Too many are logging in, or the panel is overloaded or without its database; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn generate(
    Changing(change): Changing,
    Read(body): Read<GenerateBody>,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<Either<Bare<Made>, CsvFile>, Fault> {
    let (is_one, as_table) = (body.generate_count.is_none(), body.download_csv);
    let wanted = body.into_command();
    let run = panel.run(move |app| async move {
        let users = &app.administration.users;
        let unseen = Progress::default();
        let made = users.generate(wanted, root.for_asker(), &unseen, change);
        made.await
    });
    let mut users = shown(run.await?);
    if as_table && !is_one {
        return Ok(Either::Right(table(&users)));
    }
    let user = if is_one { users.pop() } else { None };
    Ok(Either::Left(Bare(Made {
        status: "success",
        message: if is_one { SUCCESS_MESSAGE } else { MADE },
        code: 0,
        data: if is_one {
            MadeUsers::One(true)
        } else {
            MadeUsers::Many(users)
        },
        error: None,
        user,
    })))
}
