//! `accounting/export`: the books as a table, written while it is read.

use actix_web::web::{Bytes, Data};
use chrono::NaiveDate;
use ferroboard_application::{BookDays, BookLine, BookPlace, Booking, DaySums, Error, SummedDay};
use ferroboard_kernel::Zone;
use futures_util::stream;
use utoipa::IntoParams;

use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::csv::Csv;
use crate::answer::csv_file::CsvFile;
use crate::answer::envelope::FailureBody;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::reader::{Reader, Refused};

/// The first line, in the same words in every language: programs read it.
const COLUMNS: [&str; 13] = [
    "line",
    "date",
    "time",
    "kind",
    "reference",
    "trade_no",
    "user_id",
    "amount",
    "fee",
    "tax",
    "currency",
    "method",
    "count",
];
/// What spreadsheets know UTF-8 by.
const MARK: &str = "\u{feff}";

/// Of which days the books are.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BookQuery {
    /// The first day in the zone of the site, such as `2026-01-01`.
    #[param(value_type = String)]
    from: NaiveDate,
    /// The last day.
    #[param(value_type = String)]
    to: NaiveDate,
}

/// A day, written as `2026-01-31`.
fn day(read: &mut Reader<'_>, name: &'static str) -> Result<NaiveDate, Refused> {
    let text = read.required(name).text();
    let day = text.parse(Message::FieldNotDate, |text| {
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
        // Other spellings, and years that no clock of a panel shows.
        (day.to_string() == text && text.len() == 10).then_some(day)
    });
    day.get()
}

impl Body for BookQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let from = day(read, "from");
        let to = day(read, "to");
        let to = to.and_then(|to| match from {
            Ok(from) if to < from => Err(read.complain("to", Message::FieldTooSmall)),
            _ => Ok(to),
        });
        Ok(Self {
            from: from?,
            to: to?,
        })
    }
}

/// The books of some days: each receipt, top-up, late payment, refund and commission that was paid out, by
/// time; behind the lines of a day their sums. `line` is `entry` or `day_sum`, `kind` is `receipt` or the
/// ledger's word. Amounts are in units of the currency; days are those of the site's time zone.
#[utoipa::path(
    get,
    path = "/api/v2/{secure_path}/accounting/export",
    params(BookQuery),
    responses(
        (status = 200, description = "A table in CSV, with a mark of UTF-8", body = String, content_type = "text/csv"),
        (status = 422, description = "A day is missing or none, or the last is before the first", body = FailureBody),
    )
)]
pub(crate) async fn export(
    _: AdminSession,
    Read(query): Read<BookQuery>,
    panel: Data<Panel>,
) -> Result<CsvFile, Fault> {
    let BookQuery { from, to } = query;
    let zone = panel.application().administration.accounting.zone();
    let name = format!("accounting_{from}_{to}.csv");
    let mut head = Csv::shown();
    head.line(COLUMNS);
    let head = Bytes::from(format!("{MARK}{}", head.into_text()));
    let Some(days) = BookDays::new(from, to) else {
        return Ok(CsvFile::streamed(name, head, stream::empty()));
    };
    let reading = Reading {
        panel: panel.clone(),
        days,
        zone,
        sums: DaySums::new(zone),
    };
    // What cannot be read at all is no table.
    let first = reading.batch(None).await?;
    let lines = stream::try_unfold((reading, Some(first)), |(mut reading, batch)| async move {
        let Some(batch) = batch else {
            return Ok(None);
        };
        let lines = Bytes::from(reading.lines(&batch)?);
        let next = match batch.last() {
            Some(last) => Some(reading.batch(Some(last.place())).await?),
            // The sums of the last day have been written.
            None => None,
        };
        Ok::<_, Fault>(Some((lines, (reading, next))))
    });
    Ok(CsvFile::streamed(name, head, lines))
}

/// The lines that are still to be written.
struct Reading {
    panel: Data<Panel>,
    days: BookDays,
    zone: Zone,
    sums: DaySums,
}

impl Reading {
    async fn batch(&self, after: Option<BookPlace>) -> Result<Vec<BookLine>, Fault> {
        let days = self.days;
        let run = self.panel.run(move |app| async move {
            let books = &app.administration.accounting;
            books.batch(days, after).await
        });
        run.await
    }

    /// A batch as it is written; an empty one ends the last day.
    fn lines(&mut self, batch: &[BookLine]) -> Result<String, Error> {
        let mut csv = Csv::shown();
        for line in batch {
            if let Some(day) = self.sums.over(line.at) {
                write_sums(&mut csv, &day);
            }
            self.sums.add(line)?;
            write_line(&mut csv, line, self.zone);
        }
        if batch.is_empty()
            && let Some(day) = self.sums.take()
        {
            write_sums(&mut csv, &day);
        }
        Ok(csv.into_text())
    }
}

fn write_line(csv: &mut Csv, line: &BookLine, zone: Zone) {
    let at = zone.wall_clock(line.at);
    let (date, time) = (at.date().to_string(), at.format("%H:%M:%S").to_string());
    let kind = line.sum_of().as_str();
    let (user, amount) = (line.user.to_string(), line.amount.to_string());
    match &line.booking {
        Booking::Receipt {
            number,
            trade_no,
            fee,
            tax,
            currency,
            method,
        } => csv.line([
            "entry",
            &date,
            &time,
            kind,
            &number.to_string(),
            trade_no.as_str(),
            &user,
            &amount,
            &fee.to_string(),
            &tax.to_string(),
            currency,
            method.as_deref().unwrap_or_default(),
            "",
        ]),
        Booking::Entry { reference, .. } => csv.line([
            "entry", &date, &time, kind, reference, "", &user, &amount, "", "", "", "", "",
        ]),
    }
}

fn write_sums(csv: &mut Csv, (day, sums): &SummedDay) {
    for (of, sum) in sums {
        csv.line([
            "day_sum",
            &day.to_string(),
            "",
            of.as_str(),
            "",
            "",
            "",
            &sum.amount.to_string(),
            &sum.fee.to_string(),
            &sum.tax.to_string(),
            "",
            "",
            &sum.count.to_string(),
        ]);
    }
}
