//! The changes of rows among Xboard's migrations: how many rows still wait for one, and the change.

use ferroboard_kernel::StoreError;

use super::SchemaConnection;
use super::node_settings::{with_trojan_tls, with_utls};
use super::structure::Structure;
use super::xboard_steps::Change;
use crate::kind::Kind;

/// What periods were called, and are called.
const PERIODS: [(&str, &str); 8] = [
    ("month_price", "monthly"),
    ("quarter_price", "quarterly"),
    ("half_year_price", "half_yearly"),
    ("year_price", "yearly"),
    ("two_year_price", "two_yearly"),
    ("three_year_price", "three_yearly"),
    ("onetime_price", "onetime"),
    ("reset_price", "reset_traffic"),
];

/// Which settings are templates of subscriptions.
const IS_TEMPLATE: &str = "substr(name, 1, 19) = 'subscribe_template_'";

impl Change {
    /// What it does, in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::CommissionStatus => {
                "orders without a state of their commission get the first one"
            }
            Self::Periods => "orders name their period by its new name",
            Self::Templates => "templates of subscriptions move out of the settings",
            Self::Utls => "VLESS nodes with REALITY get uTLS",
            Self::ReplyStatus => "open questions of tickets are marked by 0 in place of 1",
            Self::TrojanTls => "Trojan nodes get their server name among the settings of TLS",
        }
    }

    /// A statement that shows the rows for which a change that is recorded was not made; `None` where
    /// rows may look like that although it was.
    pub(super) fn evidence(self) -> Option<String> {
        match self {
            Self::Periods => Some(format!(
                "SELECT id, period FROM v2_order WHERE period IN ({})",
                old_periods()
            )),
            Self::CommissionStatus
            | Self::Templates
            | Self::Utls
            | Self::ReplyStatus
            | Self::TrojanTls => None,
        }
    }

    /// How many rows it would change.
    pub(super) async fn waiting(
        self,
        schema: &mut dyn SchemaConnection,
        structure: &Structure,
    ) -> Result<i64, StoreError> {
        let condition = match self {
            Self::CommissionStatus => ("v2_order", "commission_status IS NULL".to_owned()),
            Self::Periods => ("v2_order", format!("period IN ({})", old_periods())),
            Self::Templates => ("v2_settings", IS_TEMPLATE.to_owned()),
            Self::Utls | Self::TrojanTls => {
                let found = self.nodes(schema).await?;
                return Ok(i64::try_from(found.len()).unwrap_or(i64::MAX));
            }
            Self::ReplyStatus => {
                if !is_inverted(schema, structure).await? {
                    return Ok(0);
                }
                ("v2_ticket", "reply_status IN (0, 1)".to_owned())
            }
        };
        let (table, condition) = condition;
        count(schema, &format!("{table} WHERE {condition}")).await
    }

    pub(super) async fn apply(self, schema: &mut dyn SchemaConnection) -> Result<(), StoreError> {
        let kind = schema.dialect().kind;
        match self {
            Self::CommissionStatus => {
                let update =
                    "UPDATE v2_order SET commission_status = 0 WHERE commission_status IS NULL";
                schema.execute(update).await
            }
            Self::Periods => {
                let arms = PERIODS.map(|(old, new)| format!("WHEN '{old}' THEN '{new}'"));
                let update = format!(
                    "UPDATE v2_order SET period = CASE period {} END WHERE period IN ({})",
                    arms.join(" "),
                    old_periods()
                );
                schema.execute(&update).await
            }
            Self::Templates => {
                let insert = format!(
                    "INSERT INTO v2_subscribe_templates (name, content) \
                     SELECT substr(name, 20), value FROM v2_settings WHERE {IS_TEMPLATE} \
                     AND value <> '' AND substr(name, 20) NOT IN \
                     (SELECT name FROM v2_subscribe_templates)"
                );
                schema.execute(&insert).await?;
                let delete = format!("DELETE FROM v2_settings WHERE {IS_TEMPLATE}");
                schema.execute(&delete).await
            }
            Self::ReplyStatus => {
                let update = "UPDATE v2_ticket SET reply_status = 1 - reply_status \
                              WHERE reply_status IN (0, 1)";
                schema.execute(update).await
            }
            Self::Utls | Self::TrojanTls => {
                for (id, settings) in self.nodes(schema).await? {
                    let settings = kind.literal(&settings);
                    let settings = if kind == Kind::Postgres {
                        format!("CAST({settings} AS json)")
                    } else {
                        settings
                    };
                    let update = format!(
                        "UPDATE v2_server SET protocol_settings = {settings} WHERE id = {id}"
                    );
                    schema.execute(&update).await?;
                }
                Ok(())
            }
        }
    }

    /// The nodes whose settings it changes, with the new ones.
    async fn nodes(
        self,
        schema: &mut dyn SchemaConnection,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let (protocol, rewrite): (_, fn(&str) -> Option<String>) = match self {
            Self::Utls => ("vless", with_utls),
            _ => ("trojan", with_trojan_tls),
        };
        let kind = schema.dialect().kind;
        let fields = kind.joined(&[&kind.text("id"), &kind.text("protocol_settings")]);
        let query = format!(
            "SELECT {fields} AS text FROM v2_server \
             WHERE type = '{protocol}' AND protocol_settings IS NOT NULL ORDER BY id"
        );
        let rows = schema.texts(&query).await?.into_iter();
        let changed = rows.filter_map(|row| {
            let (id, settings) = row.split_once('\u{1f}')?;
            Some((id.parse().ok()?, rewrite(settings)?))
        });
        Ok(changed.collect())
    }
}

fn old_periods() -> String {
    PERIODS.map(|(old, _)| format!("'{old}'")).join(", ")
}

/// Whether tickets tell by 1 that an answer is awaited. Their messages show it: whoever wrote the last
/// one is who need not answer. Where they show nothing, the column's default does.
async fn is_inverted(
    schema: &mut dyn SchemaConnection,
    structure: &Structure,
) -> Result<bool, StoreError> {
    let last = "v2_ticket t JOIN (SELECT ticket_id, MAX(id) AS id FROM v2_ticket_message \
                GROUP BY ticket_id) l ON l.ticket_id = t.id JOIN v2_ticket_message m ON m.id = l.id";
    let of = |owner: i64, staff: i64| {
        format!(
            "{last} WHERE (m.user_id = t.user_id AND t.reply_status = {owner}) \
             OR (m.user_id <> t.user_id AND t.reply_status = {staff})"
        )
    };
    let inverted = count(schema, &of(1, 0)).await?;
    let right = count(schema, &of(0, 1)).await?;
    Ok(match inverted.cmp(&right) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => reply_status_begins_inverted(structure),
    })
}

/// Whether a new ticket is taken for answered.
pub(super) fn reply_status_begins_inverted(structure: &Structure) -> bool {
    let column = structure.column("v2_ticket", "reply_status");
    column.is_some_and(|column| column.default.trim_matches(['(', ')', '\'']) == "1")
}

/// How many rows there are of what follows `FROM`.
pub(super) async fn count(
    schema: &mut dyn SchemaConnection,
    rest: &str,
) -> Result<i64, StoreError> {
    number(schema, &format!("COUNT(*) AS text FROM {rest}")).await
}

/// The number that a query answers, given from behind `SELECT` on; 0 for NULL.
pub(super) async fn number(
    schema: &mut dyn SchemaConnection,
    query: &str,
) -> Result<i64, StoreError> {
    let (value, rest) = query.split_once(" AS text").unwrap_or((query, ""));
    let value = schema.dialect().kind.text(&format!("COALESCE({value}, 0)"));
    let texts = schema
        .texts(&format!("SELECT {value} AS text{rest}"))
        .await?;
    let first = texts.first().and_then(|text| text.split('.').next());
    Ok(first.and_then(|text| text.parse().ok()).unwrap_or(0))
}
