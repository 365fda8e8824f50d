//! The figures in `docs/exports.md` are those of the matrix.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ferroboard_subscription::{Client, Obstacle, obstacle};

use super::programs::JUDGES;
use super::{CLIENTS, batches};

const PAGE: &str = include_str!("../../../../docs/exports.md");

fn judged() -> String {
    let batches = batches::all();
    let mut table = String::from(
        "| program | version | documents for | documents | nodes in them | of these not judged whole |\n|---|---|---|---|---|---|\n",
    );
    for judge in &JUDGES {
        let nodes: usize = batches
            .iter()
            .map(|batch| batches::kept(judge.agent, batch).len())
            .sum();
        let unjudged: usize = batches
            .iter()
            .map(|batch| judge.unjudged(batch.nodes.clone()))
            .sum();
        let (client, _) = CLIENTS
            .iter()
            .find(|(_, agent)| *agent == judge.agent)
            .unwrap();
        let (name, version, documents) = (judge.name, judge.version, batches.len());
        writeln!(
            table,
            "| {name} | {version} | {client} | {documents} | {nodes} | {unjudged} |"
        )
        .unwrap();
    }
    table
}

fn left_out() -> String {
    let nodes: Vec<_> = batches::all()
        .into_iter()
        .flat_map(|batch| batch.nodes)
        .collect();
    let counts = CLIENTS.map(|(_, agent)| {
        let client = Client::detect(agent);
        let mut counts: BTreeMap<Option<Obstacle>, usize> = BTreeMap::new();
        for node in &nodes {
            *counts.entry(obstacle(&client, node)).or_default() += 1;
        }
        counts
    });
    let met = Obstacle::ALL.into_iter().filter(|obstacle| {
        counts
            .iter()
            .any(|counts| counts.contains_key(&Some(*obstacle)))
    });
    let met: Vec<Obstacle> = met.collect();
    let mut table = String::from("| client | nodes | written |");
    for obstacle in &met {
        write!(table, " {obstacle} |").unwrap();
    }
    write!(table, "\n|---|---|---|{}\n", "---|".repeat(met.len())).unwrap();
    for ((client, _), counts) in CLIENTS.iter().zip(&counts) {
        let count = |obstacle| counts.get(&obstacle).copied().unwrap_or(0);
        write!(table, "| {client} | {} | {} |", nodes.len(), count(None)).unwrap();
        for obstacle in &met {
            write!(table, " {} |", count(Some(*obstacle))).unwrap();
        }
        table.push('\n');
    }
    table
}

/// The page with another table between its marks.
fn with_table(page: &str, part: &str, table: &str) -> String {
    let mark = format!("<!-- {part} -->\n");
    let (before, behind) = page.split_once(&mark).unwrap();
    let (_, after) = behind.split_once("<!-- end -->").unwrap();
    format!("{before}{mark}{table}\n<!-- end -->{after}")
}

#[test]
fn the_page_tells_the_figures_of_the_matrix() {
    let judged = with_table(PAGE, "judged", &judged());
    let right = with_table(&judged, "left out", &left_out());
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports.md");
    std::fs::write(&file, &right).unwrap();
    assert!(
        PAGE == right,
        "docs/exports.md should be as {}",
        file.display()
    );
}
