//! The templates.

use std::marker::PhantomData;

use actix_web::web::Data;
use ferroboard_application::TemplateFilter;
use ferroboard_giftcard::{
    Edit, NewTemplate, OfferedTerms, TemplateChange, TemplateKind, TemplateRecord,
};
use ferroboard_kernel::GiftTemplateId;
use ferroboard_listing::{Page, PageRule};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::asked::{edit, page};
use super::rows::{ListedTemplate, TemplateRow};
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::pages::Paged;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// How long a page of templates is; other lengths are refused.
const PAGES: PageRule = PageRule::new(15, 1, 1_000);
/// The largest place on the list.
const LAST_PLACE: i64 = 2_147_483_647;
/// How many characters the description may have.
const LONGEST_DESCRIPTION: i64 = 10_000;

/// Which templates to list.
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TemplateQuery {
    /// Only this kind: 1 to 10.
    r#type: Option<i64>,
    /// 1 for those that are switched on, 0 for the others.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    status: Option<bool>,
    /// The page, from 1.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    page: Page,
    /// Rows of a page: 1 to 1,000.
    #[schema(value_type = Option<i64>)]
    #[param(value_type = Option<i64>)]
    per_page: PhantomData<Page>,
}

impl Body for TemplateQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let kind = read.optional("type").integer().min(1).max(10).get();
        let status = read.optional("status").integer().among(&[0, 1]);
        let status = status.map(|status| status == 1).get();
        let page = page(read, PAGES);
        Ok(Self {
            r#type: kind?,
            status: status?,
            page: page?,
            per_page: PhantomData,
        })
    }
}

/// Templates of gift cards, by their place on the list.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/gift-card/templates",
    params(TemplateQuery),
    request_body = TemplateQuery,
    responses(
        (status = 200, description = "A page of them", body = Paged<ListedTemplate>),
        (status = 422, description = "A field is odd", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(query): Read<TemplateQuery>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Bare<Paged<ListedTemplate>>, Fault> {
    let page = query.page;
    let filter = TemplateFilter {
        kind: query.r#type,
        enabled: query.status,
    };
    let run = panel.run(move |app| async move {
        let templates = &app.administration.gift_templates;
        templates.list(&filter, page).await
    });
    let found = run.await?.map(|row| ListedTemplate::of(row, locale));
    Ok(Bare(Paged::new(page, found)))
}

/// A template that is made. What is said of it beside its name, kind and rewards is held by the last field.
#[derive(ToSchema)]
pub struct CreateTemplate {
    name: String,
    #[schema(value_type = Option<String>)]
    description: Said,
    /// 1 general, 2 plan, 3 mystery.
    #[schema(value_type = i64)]
    r#type: TemplateKind,
    /// Whether its cards may be redeemed; true by default.
    #[schema(value_type = Option<bool>)]
    status: Said,
    #[schema(value_type = Option<Object>)]
    conditions: Said,
    /// What its cards give.
    #[schema(value_type = Object)]
    rewards: OfferedTerms,
    #[schema(value_type = Option<Object>)]
    limits: Said,
    #[schema(value_type = Option<Object>)]
    special_config: Said,
    #[schema(value_type = Option<String>)]
    icon: Said,
    /// An address.
    #[schema(value_type = Option<String>)]
    background_image: Said,
    /// Such as `#1890ff`.
    #[schema(value_type = Option<String>)]
    theme_color: Said,
    /// Its place on the list, from 0.
    #[schema(value_type = Option<i64>)]
    sort: TemplateChange,
}

/// A field whose value the last field holds.
type Said = PhantomData<TemplateChange>;

impl Body for CreateTemplate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let name = read.required("name");
        let name = name.says(Message::GiftTemplateNameRequired);
        let name = name.string().max(255).get();
        let kind = read.required("type");
        let kind = kind.says(Message::GiftTemplateTypeRequired).integer();
        let kind = kind.parse(Message::GiftTemplateTypeInvalid, known_kind);
        let kind = kind.get();
        let rewards = read.required("rewards");
        let rewards = rewards.says(Message::GiftRewardsRequired);
        let message = Message::GiftRewardsInvalid;
        let rewards = rewards.parse(message, |given| terms(given, OfferedTerms::rewards));
        let rewards = rewards.get();
        let more = looks(read);
        Ok(Self {
            name: name?,
            description: PhantomData,
            r#type: kind?,
            status: PhantomData,
            conditions: PhantomData,
            rewards: rewards?,
            limits: PhantomData,
            special_config: PhantomData,
            icon: PhantomData,
            background_image: PhantomData,
            theme_color: PhantomData,
            sort: more?,
        })
    }
}

/// What becomes of a template; what is left out stays as it is. The last field holds it all.
#[derive(ToSchema)]
pub struct UpdateTemplate {
    #[schema(value_type = i64)]
    id: GiftTemplateId,
    #[schema(value_type = Option<String>)]
    name: Said,
    #[schema(value_type = Option<String>)]
    description: Said,
    /// 1 general, 2 plan, 3 mystery.
    #[schema(value_type = Option<i64>)]
    r#type: Said,
    #[schema(value_type = Option<bool>)]
    status: Said,
    #[schema(value_type = Option<Object>)]
    conditions: Said,
    #[schema(value_type = Option<Object>)]
    rewards: Said,
    #[schema(value_type = Option<Object>)]
    limits: Said,
    #[schema(value_type = Option<Object>)]
    special_config: Said,
    #[schema(value_type = Option<String>)]
    icon: Said,
    #[schema(value_type = Option<String>)]
    background_image: Said,
    #[schema(value_type = Option<String>)]
    theme_color: Said,
    #[schema(value_type = Option<i64>)]
    sort: TemplateChange,
}

impl Body for UpdateTemplate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let named = NamedTemplate::read(read);
        let name = read.optional("name").string().max(255).get();
        let kind = read.optional("type").integer();
        let kind = kind.parse(Message::GiftTemplateTypeInvalid, known_kind);
        let kind = kind.get();
        let rewards = read.optional("rewards").judge(some_rewards).get();
        let more = looks(read);
        let change = TemplateChange {
            name: name?,
            kind: kind?,
            rewards: rewards?,
            ..more?
        };
        Ok(Self {
            id: named?.id,
            name: PhantomData,
            description: PhantomData,
            r#type: PhantomData,
            status: PhantomData,
            conditions: PhantomData,
            rewards: PhantomData,
            limits: PhantomData,
            special_config: PhantomData,
            icon: PhantomData,
            background_image: PhantomData,
            theme_color: PhantomData,
            sort: change,
        })
    }
}

impl CreateTemplate {
    /// The template that is to be made.
    pub fn into_template(self) -> NewTemplate {
        NewTemplate {
            name: self.name,
            kind: self.r#type,
            rewards: self.rewards,
            more: self.sort,
        }
    }
}

impl UpdateTemplate {
    /// Which template, and what becomes of it.
    pub fn into_change(self) -> (GiftTemplateId, TemplateChange) {
        (self.id, self.sort)
    }
}

/// What may be said of a template that is made, and of one that there is.
fn looks(read: &mut Reader<'_>) -> Result<TemplateChange, Refused> {
    let description = read.nullable("description").string();
    let description = description.max(LONGEST_DESCRIPTION).change();
    let enabled = read.optional("status").boolean().get();
    let message = Message::GiftConditionsInvalid;
    let conditions = column(read, "conditions", message, OfferedTerms::conditions);
    let message = Message::GiftLimitsInvalid;
    let limits = column(read, "limits", message, OfferedTerms::limits);
    let message = Message::GiftSpecialConfigInvalid;
    let special = column(
        read,
        "special_config",
        message,
        OfferedTerms::special_config,
    );
    let icon = read.nullable("icon").string().max(255).change();
    let background = read.nullable("background_image").url();
    let background = background.says(Message::GiftBackgroundInvalid);
    let background = background.max(255).change();
    let color = read.nullable("theme_color").string();
    let color = color.parse(Message::GiftColorInvalid, known_color).change();
    let sort = read.optional("sort").integer().min(0);
    let sort = sort.max(LAST_PLACE).get();
    Ok(TemplateChange {
        description: edit(description?),
        enabled: enabled?,
        conditions: conditions?,
        limits: limits?,
        special_config: special?,
        icon: edit(icon?),
        background_image: edit(background?),
        theme_color: color?.cleared_to(TemplateRecord::COLOR.to_owned()),
        sort: sort?,
        ..TemplateChange::default()
    })
}

/// A column of terms, which null empties.
fn column(
    read: &mut Reader<'_>,
    name: &'static str,
    message: Message,
    judge: fn(&Map<String, Value>) -> Option<OfferedTerms>,
) -> Result<Edit<OfferedTerms>, Refused> {
    let said = read.nullable(name);
    let said = said.parse(message, |given| terms(given, judge)).change();
    said.map(edit)
}

/// The terms of a JSON object. A list without items is how PHP writes one without members.
fn terms(
    given: Given<'_>,
    judge: fn(&Map<String, Value>) -> Option<OfferedTerms>,
) -> Option<OfferedTerms> {
    match given {
        Given::Object(members) => judge(members),
        Given::List([]) => judge(&Map::new()),
        _ => None,
    }
}

/// Rewards, which nobody can take away from cards that were made already.
fn some_rewards(given: Given<'_>) -> Result<OfferedTerms, Message> {
    match given {
        Given::Null | Given::List([]) => Err(Message::GiftRewardsRequired),
        Given::Object(members) if members.is_empty() => Err(Message::GiftRewardsRequired),
        given => terms(given, OfferedTerms::rewards).ok_or(Message::GiftRewardsInvalid),
    }
}

fn known_kind(code: i64) -> Option<TemplateKind> {
    let mut kinds = TemplateKind::ALL.into_iter();
    kinds.find(|kind| kind.code() == code)
}

/// A colour of six hexadecimal digits.
fn known_color(text: String) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    let is_color = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_color.then_some(text)
}

/// Makes a template.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/create-template",
    request_body = CreateTemplate,
    responses(
        (status = 200, description = "The template", body = SuccessBody<TemplateRow>),
        (status = 422, description = "A field is missing or odd", body = FailureBody),
    )
)]
pub(crate) async fn create(
    Changing(change): Changing,
    Read(body): Read<CreateTemplate>,
    panel: Data<Panel>,
) -> Result<Success<TemplateRow>, Fault> {
    let new = body.into_template();
    let run = panel.run(move |app| async move {
        let templates = &app.administration.gift_templates;
        templates.create(new, change).await
    });
    Ok(Success(run.await?.into()))
}

/// Changes a template, and with it the cards that were made of it.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/update-template",
    request_body = UpdateTemplate,
    responses(
        (status = 200, description = "The template as it is now", body = SuccessBody<TemplateRow>),
        (status = 422, description = "There is no such template, or a field is odd", body = FailureBody),
    )
)]
pub(crate) async fn update(
    Changing(change): Changing,
    Read(body): Read<UpdateTemplate>,
    panel: Data<Panel>,
) -> Result<Success<TemplateRow>, Fault> {
    let (id, said) = body.into_change();
    let run = panel.run(move |app| async move {
        let templates = &app.administration.gift_templates;
        templates.change(id, said, change).await
    });
    Ok(Success(run.await?.into()))
}

/// Which template.
#[derive(ToSchema)]
pub(crate) struct NamedTemplate {
    #[schema(value_type = i64)]
    id: GiftTemplateId,
}

impl Body for NamedTemplate {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").integer();
        let id = id.map(GiftTemplateId::new).get()?;
        Ok(Self { id })
    }
}

/// Deletes a template of which there is no card.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/delete-template",
    request_body = NamedTemplate,
    responses(
        (status = 200, description = "Deleted", body = SuccessBody<bool>),
        (status = 400, description = "There are cards of it", body = FailureBody),
        (status = 422, description = "There is no such template", body = FailureBody),
    )
)]
pub(crate) async fn delete(
    Changing(change): Changing,
    Read(body): Read<NamedTemplate>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel.run(move |app| async move {
        let templates = &app.administration.gift_templates;
        templates.delete(body.id, change).await
    });
    run.await?;
    Ok(DONE)
}
