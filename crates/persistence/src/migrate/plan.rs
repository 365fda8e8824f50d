//! What is to be done with a database of Xboard before it is ours as well: the steps of Xboard's own
//! list that it lacks, and what stands in the way.

use std::collections::BTreeSet;

use ferroboard_kernel::StoreError;

use super::baseline::Baseline;
use super::changes::{count, reply_status_begins_inverted};
use super::structure::Structure;
use super::xboard_steps::{Change, NEWER_REFUND, STEPS};
use super::{Problem, SchemaConnection, checks};
use crate::kind::Kind;
use crate::schema::XBOARD_COLUMNS;

/// What is to be done.
pub(super) struct Plan {
    /// The steps that are not recorded, in order.
    pub(super) steps: Vec<PlannedStep>,
    /// Columns that are there and not as they should be.
    pub(super) shapes: Vec<Shape>,
    /// Names that are not recorded although all that they stand for is there.
    pub(super) unrecorded: Vec<String>,
    /// What stands in the way.
    pub(super) problems: Vec<Problem>,
}

/// A step that is not recorded.
pub(super) struct PlannedStep {
    pub(super) name: &'static str,
    /// What it adds, in words.
    pub(super) adds: Vec<String>,
    /// What adds it.
    pub(super) statements: Vec<String>,
    /// What it changes, and how many rows of it there are.
    pub(super) change: Option<(Change, i64)>,
}

/// A column that gets another type, default or leave to be NULL.
pub(super) struct Shape {
    pub(super) words: &'static str,
    /// What changes it.
    pub(super) statements: Vec<String>,
}

impl Plan {
    /// Looks what is to be done. Nothing is changed.
    pub(super) async fn make(
        schema: &mut dyn SchemaConnection,
        structure: &Structure,
        baseline: &Baseline,
        recorded: &BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let kind = schema.dialect().kind;
        let mut problems = Vec::new();
        let mut steps = Vec::new();
        let mut coming: BTreeSet<String> = BTreeSet::new();
        let has_basis = ["v2_order", "v2_server", "v2_ticket", "v2_settings"];
        let has_basis = has_basis.iter().all(|table| structure.has(table));
        for step in &STEPS {
            let absent = step.adds.iter().filter(|item| !structure.has(item));
            let absent: Vec<&str> = absent.copied().collect();
            if recorded.contains(step.name) {
                if !absent.is_empty() {
                    problems.push(Problem::Undone {
                        migration: step.name,
                        items: absent.iter().map(|item| (*item).to_owned()).collect(),
                    });
                }
                let evidence = step
                    .change
                    .and_then(|change| Some((change, change.evidence()?)));
                if let Some((change, show)) = evidence.filter(|_| has_basis) {
                    let rows = change.waiting(schema, structure).await?;
                    if rows > 0 {
                        problems.push(Problem::UndoneRows {
                            migration: step.name,
                            rows,
                            show,
                        });
                    }
                }
                continue;
            }
            let mut planned = PlannedStep {
                name: step.name,
                adds: Vec::new(),
                statements: Vec::new(),
                change: None,
            };
            for item in absent {
                planned.add(item, baseline, &mut coming, kind);
            }
            for name in step.indexes {
                let index = baseline.index(name).filter(|(table, _)| {
                    !coming.contains(&table.name) && !structure.has_index(&table.name, name)
                });
                if let Some((table, key)) = index {
                    planned.adds.push(format!("index {name}"));
                    planned
                        .statements
                        .push(key.statement(&table.name, name, kind));
                }
            }
            if let Some(change) = step.change.filter(|_| has_basis) {
                planned.change = Some((change, change.waiting(schema, structure).await?));
            }
            steps.push(planned);
        }
        let missing = missing(structure, &coming, &problems);
        if !missing.is_empty() {
            problems.push(Problem::Missing { items: missing });
        }
        problems.extend(interrupted(schema, structure).await?);
        problems.extend(checks::problems(schema, structure, baseline).await?);
        Ok(Self {
            steps,
            shapes: shapes(structure, kind),
            unrecorded: unrecorded(schema, recorded),
            problems,
        })
    }
}

impl PlannedStep {
    /// Adds a table, or a `table.column`.
    fn add(&mut self, item: &str, baseline: &Baseline, coming: &mut BTreeSet<String>, kind: Kind) {
        let (table, column) = item.split_once('.').unwrap_or((item, ""));
        let Some(known) = baseline.table(table) else {
            return;
        };
        // A table comes with every column and index that it has today.
        if coming.contains(table) {
            return;
        }
        if column.is_empty() {
            self.statements.extend(known.statements(kind));
            self.adds.push(format!("table {table}"));
        } else if let Some(column) = known.columns.iter().find(|known| known.name == column) {
            self.statements.extend(known.addition(column, kind));
            self.adds.push(format!("column {item}"));
        }
        coming.insert(item.to_owned());
    }
}

/// Tables and columns that the panel uses and that no step brings.
fn missing(structure: &Structure, coming: &BTreeSet<String>, told: &[Problem]) -> Vec<String> {
    let is_told = |item: &str| {
        told.iter().any(|problem| match problem {
            Problem::Undone { items, .. } => items.iter().any(|told| {
                told == item
                    || item
                        .strip_prefix(told.as_str())
                        .is_some_and(|rest| rest.starts_with('.'))
            }),
            _ => false,
        })
    };
    let mut missing = Vec::new();
    for (table, columns) in XBOARD_COLUMNS {
        if !structure.has(table) {
            if !coming.contains(*table) && !is_told(table) {
                missing.push((*table).to_owned());
            }
            continue;
        }
        let absent = columns.iter().map(|(name, _)| format!("{table}.{name}"));
        missing.extend(absent.filter(|item| {
            let is_refund = item == "v2_order.refund_amount" && structure.has(NEWER_REFUND);
            !structure.has(item) && !coming.contains(item) && !is_refund && !is_told(item)
        }));
    }
    missing
}

/// What a migration of January 2025 leaves behind only when it is interrupted.
async fn interrupted(
    schema: &mut dyn SchemaConnection,
    structure: &Structure,
) -> Result<Vec<Problem>, StoreError> {
    const NODES: [&str; 5] = [
        "v2_server_hysteria",
        "v2_server_shadowsocks",
        "v2_server_trojan",
        "v2_server_vless",
        "v2_server_vmess",
    ];
    let mut problems = Vec::new();
    let left = NODES
        .into_iter()
        .filter(|table| structure.has(table) && structure.has("v2_server"));
    for table in left {
        let rows = count(schema, table).await?;
        if rows > 0 {
            problems.push(Problem::Interrupted {
                table,
                rows,
                migration: "2025_01_05_131425_create_v2_server_table",
            });
        }
    }
    if structure.has("v2_plan.prices") {
        let prices = schema.dialect().kind.text("prices");
        let mut condition = format!("{prices} LIKE '%|_price\"%' ESCAPE '|'");
        if structure.has("v2_plan.month_price") {
            condition.push_str(" OR (prices IS NULL AND month_price IS NOT NULL)");
        }
        let rows = count(schema, &format!("v2_plan WHERE {condition}")).await?;
        if rows > 0 {
            problems.push(Problem::Interrupted {
                table: "v2_plan.prices",
                rows,
                migration: "2025_01_04_optimize_plan_table",
            });
        }
    }
    Ok(problems)
}

/// The columns that are not as Xboard's newest migrations leave them. Whether their migration is
/// recorded does not matter: to shape them once more changes no row.
fn shapes(structure: &Structure, kind: Kind) -> Vec<Shape> {
    let column = |table, name| structure.column(table, name);
    let mut shapes = Vec::new();
    let mut shape = |words, statements: Vec<String>| shapes.push(Shape { words, statements });
    if column("v2_order", "commission_status").is_some_and(|it| !it.required) {
        let fill = "UPDATE v2_order SET commission_status = 0 WHERE commission_status IS NULL";
        let statements: &[&str] = match kind {
            // The panel writes and reads it as it is there.
            Kind::Sqlite => &[],
            Kind::Mysql => &[
                fill,
                "ALTER TABLE v2_order MODIFY commission_status int NOT NULL DEFAULT 0",
            ],
            Kind::Postgres => &[
                fill,
                "ALTER TABLE v2_order ALTER COLUMN commission_status SET DEFAULT 0",
                "ALTER TABLE v2_order ALTER COLUMN commission_status SET NOT NULL",
            ],
        };
        if !statements.is_empty() {
            let statements = statements.iter().map(|statement| (*statement).to_owned());
            shape(
                "v2_order.commission_status takes no NULL",
                statements.collect(),
            );
        }
    }
    let narrow = column("v2_settings", "value").map_or("", |it| it.kind.as_str());
    match kind {
        Kind::Mysql if matches!(narrow, "varchar" | "text") => shape(
            "v2_settings.value takes long texts",
            vec!["ALTER TABLE v2_settings MODIFY `value` mediumtext NULL".to_owned()],
        ),
        Kind::Postgres if narrow.contains("char") => shape(
            "v2_settings.value takes long texts",
            vec!["ALTER TABLE v2_settings ALTER COLUMN value TYPE text".to_owned()],
        ),
        Kind::Sqlite | Kind::Mysql | Kind::Postgres => {}
    }
    if column("v2_server", "enabled").is_some_and(|it| it.required) {
        let statements = match kind {
            Kind::Sqlite => rebuilt("v2_server", "enabled", "tinyint(1) default '1'"),
            Kind::Mysql => {
                vec!["ALTER TABLE v2_server MODIFY enabled tinyint(1) NULL DEFAULT 1".to_owned()]
            }
            Kind::Postgres => {
                vec!["ALTER TABLE v2_server ALTER COLUMN enabled DROP NOT NULL".to_owned()]
            }
        };
        shape("v2_server.enabled may be NULL", statements);
    }
    if reply_status_begins_inverted(structure) {
        let statements = match kind {
            Kind::Sqlite => rebuilt("v2_ticket", "reply_status", "integer not null default '0'"),
            Kind::Mysql | Kind::Postgres => {
                vec!["ALTER TABLE v2_ticket ALTER COLUMN reply_status SET DEFAULT 0".to_owned()]
            }
        };
        shape("v2_ticket.reply_status begins as 0", statements);
    }
    shapes
}

/// How SQLite gives a column another definition.
fn rebuilt(table: &str, column: &str, definition: &str) -> Vec<String> {
    vec![
        format!("ALTER TABLE {table} ADD COLUMN ferro_{column} {definition}"),
        format!("UPDATE {table} SET ferro_{column} = {column}"),
        format!("ALTER TABLE {table} DROP COLUMN {column}"),
        format!("ALTER TABLE {table} RENAME COLUMN ferro_{column} TO {column}"),
    ]
}

/// Names from before those steps that are not recorded: what they stand for is there, or the database
/// would be refused.
fn unrecorded(schema: &dyn SchemaConnection, recorded: &BTreeSet<String>) -> Vec<String> {
    let known = known_names(schema);
    let is_step = |name: &str| STEPS.iter().any(|step| step.name == name);
    let absent = known
        .into_iter()
        .filter(|name| !recorded.contains(name) && !is_step(name));
    absent.collect()
}

/// The names that a new database of Xboard records, in order.
fn known_names(schema: &dyn SchemaConnection) -> Vec<String> {
    let first = schema.dialect().migrations.first();
    let texts = first.map_or("", |migration| migration.up);
    let rows = texts.split_once("INSERT INTO").map_or("", |(_, rows)| rows);
    let texts = rows.split('\'').skip(1).step_by(2);
    texts
        .filter(|text| text.starts_with("20"))
        .map(str::to_owned)
        .collect()
}
