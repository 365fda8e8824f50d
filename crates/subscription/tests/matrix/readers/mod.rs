//! Readers of the formats for which no program is to be had, each written from what the client's own
//! manual says, or its source. They know nothing of how the documents are written, and they are strict
//! where the clients are not: what is in no manual is refused. A key of Reality that is none is refused
//! where it would cost other nodes; in lists it costs its own alone, and stands there as it was typed.

mod clash;
mod egern;
mod line;
mod links;
mod loon;
mod quantumult_x;
mod schema;
mod shadowrocket;
mod sip008;
mod stash;
mod surge;
mod xray;

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_subscription::testing::matrix::good;
use ferroboard_subscription::{ExportNode, Templates};

use super::{batches, document};

/// What a reader finds in a document: the names of its nodes, or why the client refuses it.
type Found = Result<Vec<String>, String>;

/// A reader, and the client for which it judges.
pub(crate) struct Reader {
    /// What it follows, as the page says.
    pub(crate) follows: &'static str,
    /// Whose documents it reads.
    pub(crate) agent: &'static str,
    read: fn(&str) -> Found,
    /// How many nodes of a document ask for something that the newest version of the client has dropped
    /// and that its older ones need: they are lost to the newest alone.
    dropped: fn(&str) -> usize,
}

const fn reader(agent: &'static str, follows: &'static str, read: fn(&str) -> Found) -> Reader {
    Reader {
        follows,
        agent,
        read,
        dropped: |_| 0,
    }
}

pub(crate) const READERS: [Reader; 11] = [
    reader(
        "clash",
        "Clash 1.18, wiki and `adapter/outbound`",
        clash::read,
    ),
    reader(
        "Stash/3.1.0 Clash/1.9.0",
        "stash.wiki, STASH-NETWORKS-LIMITED/stash-example",
        stash::read,
    ),
    reader(
        "v2rayN/7.10",
        "v2rayN 7 `Handler/Fmt`, SIP002, Hysteria's and Xray's own proposals for links",
        links::read,
    ),
    reader(
        "Shadowrocket/2701 CFNetwork/1410",
        "the app's own links, as Sub-Store reads them",
        shadowrocket::read,
    ),
    reader("Surge iOS/3300", "manual.nssurge.com", surge::read),
    reader(
        "Surfboard/2.24.2",
        "getsurfboard.com/docs, surgio.js.org/research/surfboard",
        surge::read_surfboard,
    ),
    reader(
        "Loon/900",
        "Loon0x00/LoonManual, Sub-Store's grammar of Loon's lines",
        loon::read,
    ),
    reader(
        "Quantumult%20X/1.5.5",
        "crossutility/Quantumult-X `server-complete.snippet`, Sub-Store's grammar of its lines",
        quantumult_x::read,
    ),
    reader("shadowsocks", "SIP008", sip008::read),
    reader(
        "Egern/2.9.1",
        "egernapp.com/docs, Sub-Store's Egern",
        egern::read,
    ),
    Reader {
        follows: "Xray-core 26.7.28 `infra/conf`",
        agent: "xray-json",
        read: xray::read,
        dropped: xray::dropped,
    },
];

impl Reader {
    fn found(&self, nodes: Vec<ExportNode>) -> Found {
        (self.read)(&document(self.agent, &Templates::default(), nodes).body)
    }

    /// How many of these nodes the newest version of the client has no use for.
    pub(crate) fn dropped(&self, nodes: Vec<ExportNode>) -> usize {
        (self.dropped)(&document(self.agent, &Templates::default(), nodes).body)
    }

    /// Every node of the matrix stands in a document that is read whole, and nothing is lost.
    fn read_all(&self) {
        let (mut nodes, mut complaints) = (0, Vec::new());
        let batches = batches::all();
        for batch in &batches {
            let kept = batches::kept(self.agent, batch);
            nodes += kept.len();
            let found = self.found(batch.nodes.clone());
            if found.as_ref().is_ok_and(|found| found.len() == kept.len()) {
                continue;
            }
            let whole = match found {
                Ok(found) => format!("{} of {} nodes", found.len(), kept.len()),
                Err(why) => why,
            };
            complaints.push(format!("{}: {whole}", batch.odd));
            let alone = |node: &ExportNode| match self.found(vec![good("good"), node.clone()]) {
                Ok(found) if found.len() == 2 => None,
                Ok(found) => Some(format!("   {}: {found:?}", node.name)),
                Err(why) => Some(format!("   {}: {why}", node.name)),
            };
            complaints.extend(kept.iter().filter_map(alone).take(2));
        }
        assert!(
            complaints.is_empty(),
            "{}:\n{}",
            self.agent,
            complaints.join("\n")
        );
        // Written directly: the test runner swallows what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "{} read as {} say: {} documents with {nodes} nodes",
            self.agent,
            self.follows,
            batches.len(),
        );
    }
}

macro_rules! judged {
    ($($test:ident: $number:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            READERS[$number].read_all();
        })*
    };
}

judged! {
    clash_reads_the_matrix: 0,
    stash_reads_the_matrix: 1,
    v2rayn_reads_the_matrix: 2,
    shadowrocket_reads_the_matrix: 3,
    surge_reads_the_matrix: 4,
    surfboard_reads_the_matrix: 5,
    loon_reads_the_matrix: 6,
    quantumult_x_reads_the_matrix: 7,
    shadowsocks_clients_read_the_matrix: 8,
    egern_reads_the_matrix: 9,
    xray_reads_the_matrix: 10,
}

/// The lines of a list, each of which `read` tells the name of.
fn lines(text: &str, read: impl Fn(&str) -> Result<String, String>) -> Found {
    let name = |line: &str| read(line).map_err(|why| format!("{why} in {line}"));
    text.split_terminator("\r\n").map(name).collect()
}

fn decoded(base64: &str) -> Result<String, String> {
    let bytes = STANDARD.decode(base64).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// Names by which a client tells its nodes apart.
fn unique(names: Vec<String>) -> Found {
    let mut known = std::collections::BTreeSet::new();
    match names.iter().find(|name| !known.insert(name.as_str())) {
        Some(twice) => Err(format!("{twice} is there twice")),
        None => Ok(names),
    }
}
