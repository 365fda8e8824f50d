//! The figures in `docs/exports.md` are those of the matrix.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ferroboard_subscription::{Client, Obstacle, obstacle};

use super::programs::JUDGES;
use super::readers::READERS;
use super::{CLIENTS, batches};

const PAGE: &str = include_str!("../../../../docs/exports.md");

fn judged() -> String {
    let batches = batches::all();
    let mut table = String::from(
        "| judged by | documents for | documents | nodes in them | not judged whole | lost to the newest |\n|---|---|---|---|---|---|\n",
    );
    let mut row = |judge: String, agent: &str, unjudged: usize, dropped: usize| {
        let kept = batches
            .iter()
            .map(|batch| batches::kept(agent, batch).len());
        let (nodes, documents): (usize, usize) = (kept.sum(), batches.len());
        let (client, _) = CLIENTS.iter().find(|(_, own)| *own == agent).unwrap();
        writeln!(
            table,
            "| {judge} | {client} | {documents} | {nodes} | {unjudged} | {dropped} |"
        )
        .unwrap();
    };
    for judge in &JUDGES {
        let unjudged = batches
            .iter()
            .map(|batch| judge.unjudged(batch.nodes.clone()));
        let name = format!("{} {}", judge.name, judge.version);
        row(name, judge.agent, unjudged.sum(), 0);
    }
    for reader in &READERS {
        let dropped = batches
            .iter()
            .map(|batch| reader.dropped(batch.nodes.clone()));
        row(
            format!("a reader after {}", reader.follows),
            reader.agent,
            0,
            dropped.sum(),
        );
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
