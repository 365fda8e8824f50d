//! The cards in batches: made, and exported.

use actix_web::Either;
use actix_web::web::Data;
use ferroboard_application::MadeBatch;
use ferroboard_giftcard::{CodePrefix, GiftCardBatch};
use ferroboard_kernel::{GiftTemplateId, Seconds, UnixSeconds, Zone};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::codes::MOST_USES;
use super::export::{Batch, Export};
use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::answer::csv::Csv;
use crate::answer::envelope::{FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::{Locale, Message};
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// At most so many cards are made at once.
const MOST: i64 = 10_000;

/// Cards to be made, all alike but for their codes.
#[derive(ToSchema)]
pub struct GenerateCodes {
    #[schema(value_type = i64)]
    template_id: GiftTemplateId,
    /// 1 to 10,000.
    #[schema(value_type = i64)]
    count: usize,
    /// Up to ten digits and capital letters; `GC` by default.
    #[schema(value_type = Option<String>)]
    prefix: CodePrefix,
    /// For how long they may be redeemed; for ever by default.
    #[schema(value_type = Option<i64>)]
    expires_hours: Option<Seconds>,
    /// How often each may be redeemed: 1 to 1,000, and 1 by default.
    #[schema(value_type = Option<i64>)]
    max_usage: i64,
    /// The answer is a table of them.
    #[schema(value_type = Option<bool>)]
    download_csv: bool,
}

impl Body for GenerateCodes {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let template = read.required("template_id");
        let template = template.says(Message::GiftBatchTemplateRequired);
        let template = template.integer().map(GiftTemplateId::new).get();
        let count = read.required("count").says(Message::GiftCountRequired);
        let count = count.integer().min(1).max(MOST);
        let count = count.says(Message::GiftCountTooLarge);
        let count = count.parse(Message::FieldTooSmall, |count| count.try_into().ok());
        let count = count.get();
        let prefix = read.nullable("prefix").string();
        let prefix = prefix.parse(Message::GiftPrefixInvalid, |text| CodePrefix::parse(&text));
        let prefix = prefix.or(CodePrefix::default());
        let hours = read.nullable("expires_hours").integer().min(1);
        let hours = hours.map(Seconds::hours).get();
        let uses = read.optional("max_usage").integer();
        let uses = uses.min(1).max(MOST_USES).or(1);
        let is_table = read.given("download_csv").switch();
        Ok(Self {
            template_id: template?,
            count: count?,
            prefix: prefix?,
            expires_hours: hours?,
            max_usage: uses?,
            download_csv: is_table.unwrap_or(false),
        })
    }
}

impl GenerateCodes {
    /// How many cards are wanted.
    pub fn count(&self) -> usize {
        self.count
    }

    /// What is to be made.
    pub fn into_batch(self) -> GiftCardBatch {
        GiftCardBatch {
            template: self.template_id,
            count: self.count,
            prefix: self.prefix,
            max_usage: self.max_usage,
            lifetime: self.expires_hours,
        }
    }
}

/// A batch that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct GeneratedBatch {
    batch_id: String,
    count: usize,
    message: String,
}

/// Makes the cards of a batch, all of them or none.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/gift-card/generate-codes",
    request_body = GenerateCodes,
    responses(
        (status = 200, content(
            (SuccessBody<GeneratedBatch> = "application/json"),
            (String = "text/csv"),
        ), description = "The batch, or a table of its cards"),
        (status = 400, description = "The template is switched off", body = FailureBody),
        (status = 422, description = "There is no such template, or a field is odd", body = FailureBody),
    )
)]
pub(crate) async fn generate(
    Changing(change): Changing,
    Read(body): Read<GenerateCodes>,
    locale: Locale,
    panel: Data<Panel>,
) -> Result<Either<Success<GeneratedBatch>, Export>, Fault> {
    let is_table = body.download_csv;
    let batch = body.into_batch();
    let run = panel.run(move |app| async move {
        let codes = &app.administration.gift_codes;
        Ok((codes.generate(batch, change).await?, codes.zone()))
    });
    let (made, zone) = run.await?;
    let batch = made.cards.batch.as_str().to_owned();
    if is_table {
        let line = line_of(&made, zone, locale);
        let batch = Batch::open(batch, panel).await?;
        return Ok(Either::Right(batch.table(&head(), line)));
    }
    Ok(Either::Left(Success(GeneratedBatch {
        batch_id: batch,
        count: made.cards.codes.len(),
        message: Message::GiftCodesGenerated.text(locale).into_owned(),
    })))
}

/// The first line of the table, in the words of the reference in every language: programs read it.
const COLUMNS: &str = "兑换码,前缀,有效期,最大使用次数,批次号,创建时间,模板名称,模板类型,模板奖励,状态,使用者,使用时间,备注";
const FOR_EVER: &str = "长期有效";

fn head() -> String {
    let mut csv = Csv::shown();
    csv.line(COLUMNS.split(','));
    csv.into_text()
}

/// The line of each card of a batch that was just made: they are alike but for the code.
fn line_of(made: &MadeBatch, zone: Zone, locale: Locale) -> impl Fn(&str) -> String + Send + use<> {
    let (cards, template) = (&made.cards, &made.template);
    let time = |at: UnixSeconds| zone.wall_clock(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let end = cards.expires_at.map_or_else(|| FOR_EVER.to_owned(), time);
    let status = Message::GiftStatusUnused.text(locale).into_owned();
    let alike = [
        String::new(),
        end,
        cards.max_usage.to_string(),
        cards.batch.as_str().to_owned(),
        time(cards.at),
        template.name.clone(),
        template.kind.code().to_string(),
        template.rewards.clone().unwrap_or_default(),
        status,
        String::new(),
        String::new(),
        String::new(),
    ];
    move |code| {
        let mut csv = Csv::shown();
        csv.line(std::iter::once(code).chain(alike.iter().map(String::as_str)));
        csv.into_text()
    }
}

/// Which batch to export.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    batch_id: String,
}

impl Body for ExportQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let batch = read.required("batch_id").string().get()?;
        Ok(Self { batch_id: batch })
    }
}

/// The codes of a batch, one a line.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/gift-card/export-codes",
    params(ExportQuery),
    responses(
        (status = 200, content((String = "text/plain")), description = "The codes"),
        (status = 422, description = "There is no such batch", body = FailureBody),
    )
)]
pub(crate) async fn export(
    _: AdminSession,
    Read(query): Read<ExportQuery>,
    panel: Data<Panel>,
) -> Result<Export, Fault> {
    let batch = Batch::open(query.batch_id, panel).await?;
    Ok(batch.lines())
}
