//! The matrix in documents: what is odd in the same way stands in one, between two good nodes.

use std::collections::BTreeMap;

use ferroboard_subscription::testing::matrix::{Sample, good, samples};
use ferroboard_subscription::{Client, ExportNode, obstacle};

/// Nodes that are judged together.
pub(crate) struct Batch {
    pub(crate) odd: String,
    pub(crate) nodes: Vec<ExportNode>,
}

/// All samples by what is odd about them.
pub(crate) fn all() -> Vec<Batch> {
    let mut rows: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for sample in samples() {
        let (_, odd) = sample.row.split_once(": ").unwrap();
        rows.entry(odd.to_owned()).or_default().push(sample);
    }
    let batch = |(odd, samples): (String, Vec<Sample>)| {
        let odd_ones = samples.into_iter().map(|sample| sample.node);
        let nodes = std::iter::once(good("first")).chain(odd_ones);
        Batch {
            odd,
            nodes: nodes.chain([good("last")]).collect(),
        }
    };
    rows.into_iter().map(batch).collect()
}

/// How many nodes of a batch a client gets.
pub(crate) fn kept(agent: &str, batch: &Batch) -> Vec<ExportNode> {
    let client = Client::detect(agent);
    let nodes = batch.nodes.iter();
    nodes
        .filter(|node| obstacle(&client, node).is_none())
        .cloned()
        .collect()
}
