//! The unit tests of the fakes and of what databases of tests are given.
//!
//! The files are mounted here: the library as a test would compile the whole contract once more.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "what is mounted is used by the library, here only by its tests"
)]

use std::path::Path;

#[path = "../src/databases/free_memory.rs"]
mod free_memory;
#[path = "../src/hasher.rs"]
mod hasher;
#[path = "../src/signer.rs"]
mod signer;
#[path = "../src/databases/standard_names.rs"]
mod standard_names;

/// A promise that the list of `contract!` leaves out is tested by nobody.
#[test]
fn every_promise_is_on_the_list() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = std::fs::read_to_string(source.join("contract.rs")).unwrap();
    let listed: Vec<&str> = list.split_whitespace().collect();
    let mut promises = 0;
    let mut left_out = Vec::new();
    for file in files(&source.join("contract")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for promise in text.split("pub async fn ").skip(1) {
            let Some((name, _)) = promise.split_once("(fresh: ") else {
                continue;
            };
            promises += 1;
            if !listed.contains(&name) {
                left_out.push(name.to_owned());
            }
        }
    }
    assert!(promises > 400, "only {promises} promises were found");
    assert!(left_out.is_empty(), "not on the list: {left_out:?}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
