//! `user/dumpCSV`: a table of users, written while it is read.

use actix_web::web::{Bytes, Data};
use ferroboard_application::{ListedUser, UserScope};
use ferroboard_kernel::{Cents, UnixSeconds, UserId, Zone};
use futures_util::stream;

use super::bytes::exported;
use super::scope::{ScopeFields, Unsaid};
use crate::Panel;
use crate::admin::guard::AdminSession;
use crate::answer::csv::Csv;
use crate::answer::csv_file::CsvFile;
use crate::answer::envelope::FailureBody;
use crate::answer::fault::Fault;
use crate::request::body::Read;
use crate::request::client_address::Root;
use crate::request::list::FilterInput;

/// The first line, in the words of the reference in every language: programs read it.
const COLUMNS: &str = "邮箱,余额,推广佣金,总流量,剩余流量,套餐到期时间,订阅计划,订阅地址";
/// Of a subscription that never ends.
pub(super) const FOR_EVER: &str = "长期有效";
const NO_PLAN: &str = "无订阅";
/// What spreadsheets know UTF-8 by.
const MARK: &str = "\u{feff}";

/// A table of users: all of them, if nothing else is said.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/user/dumpCSV",
    request_body = ScopeFields,
    responses(
        (status = 200, description = "A table in CSV, with a mark of UTF-8", body = String, content_type = "text/csv"),
        (status = 422, description = "Nobody was selected, or the list has no such column", body = FailureBody),
    )
)]
pub(crate) async fn dump(
    _: AdminSession,
    Read(fields): Read<ScopeFields>,
    filter: FilterInput,
    Root(root): Root,
    panel: Data<Panel>,
) -> Result<CsvFile, Fault> {
    let scope = fields.scope(filter, Unsaid::Everybody)?;
    let users = &panel.application().administration.users;
    let (zone, now) = (users.zone(), users.now());
    let name = format!(
        "users_{}.csv",
        zone.wall_clock(now).format("%Y-%m-%d_%H%M%S")
    );
    let reading = Reading {
        panel: panel.clone(),
        scope,
        root: root.into_asker(),
        zone,
    };
    // What cannot be read at all is no table.
    let first = reading.batch(None).await?;
    let mut head = Csv::shown();
    head.line(COLUMNS.split(','));
    let head = Bytes::from(format!("{MARK}{}", head.into_text()));
    let lines = stream::try_unfold((reading, Some(first)), |(reading, batch)| async move {
        let Some(batch) = batch.filter(|batch| !batch.is_empty()) else {
            return Ok(None);
        };
        let lines = Bytes::from(lines(&batch, reading.zone));
        let last = batch.last().map(|listed| listed.user.id);
        let next = reading.batch(last).await?;
        Ok::<_, Fault>(Some((lines, (reading, Some(next)))))
    });
    Ok(CsvFile::streamed(name, head, lines))
}

/// The users that are still to be written.
struct Reading {
    panel: Data<Panel>,
    scope: UserScope,
    root: String,
    zone: Zone,
}

impl Reading {
    async fn batch(&self, after: Option<UserId>) -> Result<Vec<ListedUser>, Fault> {
        let (scope, root) = (self.scope.clone(), self.root.clone());
        let run = self.panel.run(move |app| async move {
            let users = &app.administration.users;
            users.export(&scope, after, &root).await
        });
        run.await
    }
}

fn lines(users: &[ListedUser], zone: Zone) -> String {
    let mut csv = Csv::shown();
    for ListedUser {
        user,
        subscribe_url,
    } in users
    {
        let ends_at = user.ends_at().map(|at| told(at, zone));
        csv.line([
            user.email.as_str(),
            &grouped(user.balance),
            &grouped(user.commission_balance),
            &exported(user.transfer_enable),
            &exported(user.left()),
            ends_at.as_deref().unwrap_or(FOR_EVER),
            user.plan_name.as_deref().unwrap_or(NO_PLAN),
            subscribe_url,
        ]);
    }
    csv.into_text()
}

/// A time as people read it.
pub(super) fn told(at: UnixSeconds, zone: Zone) -> String {
    zone.wall_clock(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// An amount in units of the currency with its thousands apart.
fn grouped(cents: Cents) -> String {
    let text = cents.to_string();
    let (sign, text) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |text| ("-", text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "00"));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (cents, text) in [
            (0, "0.00"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (2_147_483_647, "21,474,836.47"),
            (-123_456, "-1,234.56"),
        ] {
            assert_eq!(grouped(Cents::new(cents)), text);
        }
    }
}
