//! The real programs load what is written for them. Where one is missing, its test says so and
//! passes; `.ci/check-configurations` installs them and demands that none is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use ferroboard_protocol::Protocol;
use ferroboard_subscription::{ExportNode, Templates};
use serde_json::{Value, json};

use super::batches::{self, Batch};
use super::document;

/// A program, and the client for which it judges.
pub(crate) struct Judge {
    /// What it is called on the page.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// What it is called on the PATH.
    program: &'static str,
    /// Whose documents it loads.
    pub(crate) agent: &'static str,
    format: &'static str,
}

const fn sing_box(version: &'static str, program: &'static str, agent: &'static str) -> Judge {
    Judge {
        name: "sing-box",
        version,
        program,
        agent,
        format: "json",
    }
}

const fn mihomo(agent: &'static str) -> Judge {
    Judge {
        name: "mihomo",
        version: "1.19.32",
        program: "mihomo",
        agent,
        format: "yaml",
    }
}

pub(crate) const JUDGES: [Judge; 6] = [
    mihomo("clash.meta/1.19.32"),
    mihomo("clash"),
    sing_box("1.14.4", "sing-box", "SFA/1.14.4 (600; sing-box 1.14.4)"),
    sing_box(
        "1.13.21",
        "sing-box-1.13",
        "SFA/1.13.21 (600; sing-box 1.13.21)",
    ),
    sing_box(
        "1.12.23",
        "sing-box-1.12",
        "SFA/1.12.23 (600; sing-box 1.12.23)",
    ),
    Judge {
        name: "V2Ray",
        version: "4.34.0",
        program: "v2ray",
        agent: "xray-json",
        format: "json",
    },
];

/// Whether Xray's forerunner, from before VLESS had flows and encryption, knows all of this outbound.
fn is_known_to_v2ray(outbound: &Value) -> bool {
    let stream = &outbound["streamSettings"];
    let settings = &outbound["settings"];
    let is_protocol = match outbound["protocol"].as_str() {
        Some("vmess" | "trojan" | "socks" | "http") => true,
        Some("vless") => {
            let user = &settings["vnext"][0]["users"][0];
            user.get("flow").is_none() && user["encryption"] == "none"
        }
        Some("shadowsocks") => {
            let method = settings["servers"][0]["method"].as_str();
            matches!(
                method,
                Some("aes-128-gcm" | "aes-256-gcm" | "chacha20-ietf-poly1305")
            )
        }
        _ => false,
    };
    is_protocol
        && matches!(stream["network"].as_str(), Some("tcp" | "ws" | "kcp"))
        && matches!(stream["security"].as_str(), Some("none" | "tls"))
}

impl Judge {
    /// What is loaded: the document, without what the build at hand cannot judge, and how many nodes
    /// that concerns. The builds of sing-box that packages carry can neither imitate browsers, which
    /// Reality needs as well, nor speak Naive: those nodes are loaded without the imitation, or not at
    /// all.
    fn judged(&self, nodes: Vec<ExportNode>) -> (String, usize) {
        let body = document(self.agent, &Templates::default(), nodes).body;
        if self.name == "V2Ray" {
            return judged_by_v2ray(&body);
        }
        if self.name != "sing-box" {
            return (body, 0);
        }
        let mut configuration: Value = serde_json::from_str(&body).unwrap();
        let mut unjudged = 0;
        let outbounds = configuration["outbounds"].as_array_mut().unwrap();
        let naive: Vec<Value> = outbounds
            .iter()
            .filter(|outbound| outbound["type"] == "naive")
            .map(|outbound| outbound["tag"].clone())
            .collect();
        unjudged += naive.len();
        outbounds.retain(|outbound| outbound["type"] != "naive");
        for outbound in outbounds {
            if let Some(entries) = outbound.get_mut("outbounds").and_then(Value::as_array_mut) {
                entries.retain(|entry| !naive.contains(entry));
            }
            let Some(tls) = outbound.get_mut("tls").and_then(Value::as_object_mut) else {
                continue;
            };
            let members = ["utls", "reality"].map(|name| tls.remove(name));
            unjudged += usize::from(members.iter().any(Option::is_some));
        }
        (configuration.to_string(), unjudged)
    }

    /// Of how many of these nodes the build at hand judges a part only, or nothing.
    pub(crate) fn unjudged(&self, nodes: Vec<ExportNode>) -> usize {
        if self.name == "mihomo" {
            0
        } else {
            self.judged(nodes).1
        }
    }

    fn load(&self, file: &str, nodes: Vec<ExportNode>) -> Option<String> {
        let (body, _) = self.judged(nodes);
        let file = format!("{}-{file}.{}", self.program, self.format);
        run(self.program, &file, &body, |file| {
            if self.name == "sing-box" {
                return vec!["check".into(), "-c".into(), file];
            }
            if self.name == "V2Ray" {
                return vec!["-test".into(), "-config".into(), file];
            }
            // The folder holds the data on countries and sites, which mihomo would download.
            vec![
                "-d".into(),
                folder("mihomo-data"),
                "-t".into(),
                "-f".into(),
                file,
            ]
        })
    }

    /// The nodes of a batch with which the program refuses a document, each with its complaint.
    fn refused(&self, batch: &Batch) -> Vec<String> {
        let alone = |node: &ExportNode| {
            let said = self.load("alone", vec![node.clone()])?;
            (!said.is_empty()).then(|| format!("{}: {said}", node.name))
        };
        batches::kept(self.agent, batch)
            .iter()
            .filter_map(alone)
            .take(5)
            .collect()
    }

    fn load_all(&self) {
        let batches = batches::all();
        let (mut documents, mut nodes, mut unjudged) = (0, 0, 0);
        for (number, batch) in batches.iter().enumerate() {
            let Some(said) = self.load(&number.to_string(), batch.nodes.clone()) else {
                return;
            };
            if !said.is_empty() {
                let alone = self.refused(batch);
                panic!(
                    "{} {}: {}: {said}\n{alone:#?}",
                    self.name, self.version, batch.odd
                );
            }
            documents += 1;
            nodes += batches::kept(self.agent, batch).len();
            unjudged += self.unjudged(batch.nodes.clone());
        }
        // Written directly: the test runner swallows what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "{} {} accepted {documents} documents with {nodes} nodes; of {unjudged} nodes this build cannot judge all",
            self.name,
            self.version,
        );
    }
}

#[test]
fn mihomo_loads_the_matrix() {
    JUDGES[0].load_all();
}

#[test]
fn mihomo_loads_the_matrix_of_its_forerunner() {
    JUDGES[1].load_all();
}

#[test]
fn sing_box_1_14_loads_the_matrix() {
    JUDGES[2].load_all();
}

#[test]
fn sing_box_1_13_loads_the_matrix() {
    JUDGES[3].load_all();
}

#[test]
fn sing_box_1_12_loads_the_matrix() {
    JUDGES[4].load_all();
}

#[test]
fn v2ray_loads_what_it_knows_of_the_matrix_of_xray() {
    JUDGES[5].load_all();
}

/// The outbounds that `V2Ray` knows, as one configuration of them all, and how many it does not know.
fn judged_by_v2ray(body: &str) -> (String, usize) {
    let configurations: Vec<Value> = serde_json::from_str(body).unwrap();
    let count = configurations.len();
    let own = configurations
        .into_iter()
        .map(|mut one| one["outbounds"][0].take());
    let mut known: Vec<Value> = own.filter(is_known_to_v2ray).collect();
    let unjudged = count - known.len();
    for (number, outbound) in known.iter_mut().enumerate() {
        outbound["tag"] = number.to_string().into();
    }
    known.push(json!({"tag": "direct", "protocol": "freedom", "settings": {}}));
    (json!({"outbounds": known}).to_string(), unjudged)
}

/// The template that Xboard has brought into databases until now, which was written for sing-box 1.8.
const INHERITED: &str = include_str!("inherited-singbox.json");

#[test]
fn sing_box_loads_an_inherited_template() {
    let rows = [("singbox".to_owned(), Some(INHERITED.to_owned()))];
    let templates = Templates::from_rows(rows);
    for judge in &JUDGES[2..5] {
        let batch = batches::all().swap_remove(0);
        let nodes = batch
            .nodes
            .into_iter()
            .filter(|node| node.protocol == Protocol::Shadowsocks);
        let body = document(judge.agent, &templates, nodes.collect()).body;
        let file = format!("{}-inherited.json", judge.program);
        let said = run(judge.program, &file, &body, |file| {
            vec!["check".into(), "-c".into(), file]
        });
        assert_eq!(said.unwrap_or_default(), "", "{}", judge.version);
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the program over the document: what it has to say when it refuses it, nothing when it does
/// not; `None` when there is no such program.
fn run(
    program: &str,
    file: &str,
    body: &str,
    arguments: impl Fn(PathBuf) -> Vec<PathBuf>,
) -> Option<String> {
    let file = folder("configurations").join(file);
    std::fs::write(&file, body).unwrap();
    let Ok(output) = Command::new(program).args(arguments(file)).output() else {
        let demanded = environment("FERROBOARD_REQUIRE_PROXY_PROGRAMS");
        assert_eq!(demanded, None, "{program} is demanded and missing");
        // Written directly: the test runner swallows what a passing test prints.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {program} is not on the PATH");
        return None;
    };
    if output.status.success() {
        return Some(String::new());
    }
    let said = [output.stdout, output.stderr].concat();
    Some(format!("refused: {}", String::from_utf8_lossy(&said)))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the environment says whether the programs must be there; the panel does not run this"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
