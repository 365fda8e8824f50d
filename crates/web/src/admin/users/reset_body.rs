//! Resets of traffic, as they are answered.

use ferroboard_application::{ResetLogView, ResetTraffic};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::bytes::logged;
use crate::answer::instant::iso;
use crate::answer::messages::{Locale, Message};

/// The methods that may be asked for, with their names.
const KINDS: [(&str, Message); 6] = [
    ("monthly", Message::ResetEachMonth),
    ("first_day_month", Message::ResetOfFirstOfMonth),
    ("yearly", Message::ResetEachYear),
    ("first_day_year", Message::ResetOfFirstOfYear),
    ("manual", Message::ResetByHand),
    ("purchase", Message::ResetOnPurchase),
];
/// The causes, with their names.
const SOURCES: [(&str, Message); 7] = [
    ("auto", Message::SourceAuto),
    ("manual", Message::SourceManual),
    ("api", Message::SourceApi),
    ("cron", Message::SourceSchedule),
    ("user_access", Message::SourceAccess),
    ("order", Message::SourceOrder),
    ("gift_card", Message::SourceGiftCard),
];

/// What people call it; a word that has no name stands for itself.
fn named(names: &[(&str, Message)], word: &str, locale: Locale) -> String {
    let found = names.iter().find(|(known, _)| *known == word);
    found.map_or_else(
        || word.to_owned(),
        |(_, message)| message.text(locale).into_owned(),
    )
}

/// Traffic in bytes.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrafficBody {
    upload: i64,
    download: i64,
    total: i64,
    /// The sum as people read it.
    #[schema(example = "1.5 GB")]
    formatted: String,
}

impl From<ResetTraffic> for TrafficBody {
    fn from(traffic: ResetTraffic) -> Self {
        Self {
            upload: traffic.upload,
            download: traffic.download,
            total: traffic.total,
            formatted: logged(traffic.total),
        }
    }
}

/// A reset of traffic.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetOfUser {
    id: i64,
    reset_type: String,
    reset_type_name: String,
    reset_time: Option<String>,
    old_traffic: TrafficBody,
    trigger_source: String,
    trigger_source_name: String,
    /// What was noted beside it, such as the reason of an administrator.
    #[schema(value_type = Option<Object>)]
    metadata: Value,
}

/// A reset of traffic, and whose.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetBody {
    #[serde(flatten)]
    reset: ResetOfUser,
    user_id: i64,
    /// `N/A` of an account that is gone.
    user_email: String,
    new_traffic: TrafficBody,
    created_at: Option<String>,
}

impl ResetOfUser {
    pub(super) fn of(reset: &ResetLogView, locale: Locale) -> Self {
        let note = reset.note.as_deref();
        Self {
            id: reset.id,
            reset_type: reset.kind.clone(),
            reset_type_name: named(&KINDS, &reset.kind, locale),
            reset_time: reset.at.and_then(iso),
            old_traffic: reset.before.into(),
            trigger_source: reset.source.clone(),
            trigger_source_name: named(&SOURCES, &reset.source, locale),
            metadata: note
                .and_then(|note| serde_json::from_str(note).ok())
                .unwrap_or_default(),
        }
    }
}

impl ResetBody {
    pub(super) fn of(reset: ResetLogView, locale: Locale) -> Self {
        Self {
            reset: ResetOfUser::of(&reset, locale),
            user_id: reset.user.get(),
            user_email: reset.email.unwrap_or_else(|| "N/A".to_owned()),
            new_traffic: reset.after.into(),
            created_at: reset.created_at.and_then(iso),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_names_and_unknown_ones_stand_for_themselves() {
        for (word, name) in [
            ("monthly", "按月重置"),
            ("purchase", "购买重置包"),
            ("never", "never"),
        ] {
            assert_eq!(named(&KINDS, word, Locale::DEFAULT), name);
        }
        assert_eq!(named(&SOURCES, "cron", Locale::DEFAULT), "定时任务");
    }
}
