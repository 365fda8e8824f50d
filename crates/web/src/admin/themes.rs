//! `theme/*`: the themes.

use actix_web::web::{Bytes, Data};
use ferroboard_application::{ListedTheme, ThemeList};
use ferroboard_site::{ThemeFolder, ThemeName};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// The themes that there are.
#[derive(Serialize, ToSchema)]
pub(crate) struct ThemesBody {
    /// By name: all that the theme's `config.json` says, with `can_delete` and `is_system`.
    #[schema(value_type = Object)]
    themes: Map<String, Value>,
    /// The name of the one in use.
    active: String,
}

impl From<ThemeList> for ThemesBody {
    fn from(list: ThemeList) -> Self {
        let shown = |listed: ListedTheme| {
            let ListedTheme { theme, can_delete } = listed;
            let mut members = theme.members;
            members.insert("can_delete".to_owned(), Value::from(can_delete));
            members.insert("is_system".to_owned(), Value::from(theme.name.is_system()));
            (theme.name.as_str().to_owned(), Value::Object(members))
        };
        Self {
            themes: list.themes.into_iter().map(shown).collect(),
            active: list.active,
        }
    }
}

/// The themes that there are.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/theme/getThemes",
    responses((status = 200, description = "The themes", body = SuccessBody<ThemesBody>))
)]
pub(crate) async fn fetch(
    _: AdminSession,
    panel: Data<Panel>,
) -> Result<Success<ThemesBody>, Fault> {
    let run = panel.run(|app| async move { app.administration.themes.list().await });
    Ok(Success(run.await?.into()))
}

/// A package, which comes as a file.
pub(crate) struct ThemePackage {
    file: Bytes,
}

impl Body for ThemePackage {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let Some(file) = read.file("file") else {
            return Err(read.complain("file", Message::ThemeFileRequired));
        };
        if file.content.len() > <dyn ThemeFolder>::LARGEST_PACKAGE {
            return Err(read.complain("file", Message::ThemeFileTooLarge));
        }
        let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
        let stem = file.name.strip_suffix(".zip").unwrap_or_default();
        let is_named = !stem.is_empty() && stem.chars().all(plain);
        // As the reference answers it: the field is what it must be.
        let refused = || Fault::refused(Message::ThemeFileNameInvalid);
        let named = read.any("file");
        named.naming(refused, |_| is_named.then_some(())).get()?;
        Ok(Self {
            file: file.content.clone(),
        })
    }
}

/// Unpacks a theme, or a later version of one, which stays configured as it is. The body is
/// `multipart/form-data` with the package in the field `file`: a zip archive of at most 10 MB with at most
/// 2,000 files that have 50 MB in all.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/theme/upload",
    responses(
        (status = 200, description = "Unpacked", body = SuccessBody<bool>),
        (status = 400, description = "It has an odd name, is no theme, or no later version", body = FailureBody),
        (status = 413, description = "The body is too large", body = FailureBody),
        (status = 422, description = "No file, one that is too large, or no zip archive", body = FailureBody),
    )
)]
pub(crate) async fn upload(
    Changing(change): Changing,
    Read(body): Read<ThemePackage>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let themes = &app.administration.themes;
        themes.upload(body.file.into(), change).await
    });
    run.await.map_err(|fault| match fault {
        // The field is not what it must be; whatever else is wrong lies within it.
        fault if fault.is(Message::ThemeNotZip) => {
            Fault::invalid(vec![("file", vec![Message::ThemeNotZip])])
        }
        fault => fault,
    })?;
    Ok(DONE)
}

/// Which theme.
#[derive(ToSchema)]
pub(crate) struct NamedTheme {
    #[schema(value_type = String)]
    name: ThemeName,
}

impl Body for NamedTheme {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = read.required("name").text();
        let name = name.parse(Message::ThemeNameInvalid, |name| ThemeName::parse(&name));
        Ok(Self { name: name.get()? })
    }
}

/// Deletes a theme that is neither in use nor the panel's.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/theme/delete",
    request_body = NamedTheme,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There is no such theme, it is in use, or the panel's", body = FailureBody),
        (status = 422, description = "No theme was named", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedTheme>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let themes = &app.administration.themes;
        themes.delete(&body.name, change).await
    });
    run.await?;
    Ok(DONE)
}

/// What the fields of a theme hold.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct ThemeFields(Map<String, Value>);

/// How a theme is configured, by field; null without such a theme.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/theme/getThemeConfig",
    request_body = NamedTheme,
    responses(
        (status = 200, description = "The fields", body = SuccessBody<Option<ThemeFields>>),
        (status = 422, description = "No theme was named", body = FailureBody),
    )
)]
pub(crate) async fn config(
    Changing(change): Changing,
    Read(body): Read<NamedTheme>,
    panel: Data<Panel>,
) -> Result<Success<Option<ThemeFields>>, Fault> {
    let run = panel.run(move |app| async move {
        let themes = &app.administration.themes;
        themes.config(&body.name, change).await
    });
    Ok(Success(run.await?.map(ThemeFields)))
}

/// What fields of a theme are to hold.
#[derive(ToSchema)]
pub(crate) struct ConfigureTheme {
    #[schema(value_type = String)]
    name: ThemeName,
    /// Texts, numbers or flags by field. What is no field is ignored.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
}

/// How many bytes the fields of a theme may have in all.
const LARGEST_CONFIG: usize = 512 * 1024;

impl Body for ConfigureTheme {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let named = NamedTheme::read(read);
        let config = read.required("config");
        let config = config.parse(Message::ThemeConfigInvalid, |given| match given {
            Given::Object(values) => fitting(values),
            _ => None,
        });
        let config = config.get();
        Ok(Self {
            name: named?.name,
            config: config?,
        })
    }
}

/// The values, if they are what fields can hold.
fn fitting(values: &Map<String, Value>) -> Option<Map<String, Value>> {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    let length = Value::from(values.clone()).to_string().len();
    let fits = length <= LARGEST_CONFIG && values.values().all(is_plain);
    fits.then(|| values.clone())
}

/// Gives fields of a theme these values, and answers with all of them.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/theme/saveThemeConfig",
    request_body = ConfigureTheme,
    responses(
        (status = 200, description = "The fields as they are now", body = SuccessBody<ThemeFields>),
        (status = 400, description = "There is no such theme", body = FailureBody),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn configure(
    Changing(change): Changing,
    Read(body): Read<ConfigureTheme>,
    panel: Data<Panel>,
) -> Result<Success<ThemeFields>, Fault> {
    let run = panel.run(move |app| async move {
        let themes = &app.administration.themes;
        themes.configure(&body.name, &body.config, change).await
    });
    Ok(Success(ThemeFields(run.await?)))
}
