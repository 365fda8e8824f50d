//! How the files of a room lie: none is in a circle with others, and no folder is too full to read.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// More files than this in one folder are a list that nobody reads.
const FULL: usize = 27;

/// A file's place: the names of its modules.
type Place = Vec<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What one file names.
#[derive(Default)]
struct Names {
    /// By `use`, and by paths that begin with `crate`, `self` or `super`.
    used: Vec<Place>,
    /// What it shows to others as its own.
    shown: Vec<(String, Place)>,
}

impl Names {
    fn of(file: &Path) -> Self {
        let mut names = Self::default();
        names.visit_file(&syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap());
        names
    }

    fn add(&mut self, tree: &syn::UseTree, before: &[String], is_shown: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add(&path.tree, &with(&path.ident), is_shown),
            syn::UseTree::Name(name) => {
                self.name(name.ident.to_string(), with(&name.ident), is_shown);
            }
            syn::UseTree::Rename(rename) => {
                self.name(rename.rename.to_string(), with(&rename.ident), is_shown);
            }
            syn::UseTree::Glob(_) => self.used.push(before.to_vec()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add(tree, before, is_shown);
                }
            }
        }
    }

    fn name(&mut self, name: String, path: Place, is_shown: bool) {
        if is_shown {
            self.shown.push((name, path.clone()));
        }
        self.used.push(path);
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let meta = &attribute.meta;
        meta.path().is_ident("cfg")
            && meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_shown = !matches!(item.vis, syn::Visibility::Inherited);
        self.add(&item.tree, &[], is_shown);
    }

    /// Who may see something is no use of it.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Place = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if names.len() > 1 && ["crate", "self", "super"].contains(&names[0].as_str()) {
            self.used.push(names);
        }
        visit::visit_path(self, path);
    }
}

/// The files of a crate, and which of them each one names.
fn arrows(folder: &Path) -> BTreeMap<Place, BTreeSet<Place>> {
    let files: BTreeMap<Place, Names> = sources(folder)
        .into_iter()
        .map(|file| {
            (
                place_of(file.strip_prefix(folder).unwrap()),
                Names::of(&file),
            )
        })
        .collect();
    let shown: BTreeMap<Place, Place> = files
        .iter()
        .flat_map(|(place, names)| {
            let shown = names.shown.iter();
            shown.filter_map(|(name, path)| {
                let from = [place.as_slice(), std::slice::from_ref(name)].concat();
                Some((from, absolute(place, path, &files)?))
            })
        })
        .collect();
    let named = |place: &Place, path: &Place| {
        let path = absolute(place, path, &files)?;
        let target = file_of(path, &files, &shown)?;
        (target != *place && !target.is_empty()).then_some(target)
    };
    files
        .iter()
        .filter(|(place, _)| !place.is_empty())
        .map(|(place, names)| {
            let targets = names.used.iter().filter_map(|path| named(place, path));
            (place.clone(), targets.collect())
        })
        .collect()
}

fn place_of(file: &Path) -> Place {
    let names = file.with_extension("");
    let mut place: Place = names
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    if place
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        place.pop();
    }
    place
}

/// The path from the crate's root, if it leads into the crate.
fn absolute(place: &Place, path: &Place, files: &BTreeMap<Place, Names>) -> Option<Place> {
    match path[0].as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([place, &path[1..]].concat()),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let base = place.get(..place.len().checked_sub(ups)?)?;
            Some([base, &path[ups..]].concat())
        }
        first => {
            let child = [place.as_slice(), &[first.to_owned()]].concat();
            files
                .contains_key(&child)
                .then(|| [place.as_slice(), path].concat())
        }
    }
}

/// The file that has what the path names, past those that only show it.
fn file_of(
    mut path: Place,
    files: &BTreeMap<Place, Names>,
    shown: &BTreeMap<Place, Place>,
) -> Option<Place> {
    for _ in 0..8 {
        let passed = (1..=path.len()).rev().find_map(|length| {
            let (head, tail) = path.split_at(length);
            let target = shown.get(head).filter(|_| !files.contains_key(head))?;
            Some([target.as_slice(), tail].concat())
        });
        match passed {
            Some(further) => path = further,
            None => break,
        }
    }
    (0..=path.len())
        .rev()
        .map(|length| path[..length].to_vec())
        .find(|place| files.contains_key(place))
}

/// Everything that can be reached from a file.
fn reached(from: &Place, arrows: &BTreeMap<Place, BTreeSet<Place>>) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(place) = open.pop() {
        for next in arrows.get(&place).into_iter().flatten() {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[test]
fn no_files_of_a_room_form_a_circle() {
    let mut circles = Vec::new();
    for room in ["application", "persistence", "web"] {
        let arrows = arrows(&root().join("crates").join(room).join("src"));
        assert!(arrows.len() > 50, "{room}: {} files", arrows.len());
        let within: Vec<&Place> = arrows
            .keys()
            .filter(|place| reached(place, &arrows).contains(*place))
            .collect();
        for place in &within {
            let next = arrows[*place].iter().filter(|next| within.contains(next));
            let next: Vec<String> = next.map(|next| next.join("::")).collect();
            circles.push(format!(
                "{room}: {} -> {}",
                place.join("::"),
                next.join(", ")
            ));
        }
    }
    assert!(
        circles.is_empty(),
        "circles of files:\n{}",
        circles.join("\n")
    );
}

#[test]
fn no_folder_is_too_full() {
    let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for part in ["crates", "bins", "tests"] {
        for file in sources(&root().join(part)) {
            *counts.entry(file.parent().unwrap().to_owned()).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > FULL);
    assert!(
        counts.is_empty(),
        "folders with more than {FULL} files: {counts:#?}"
    );
}

/// Where nobody is an administrator, or the record itself is kept.
const WITHOUT_RECORD: [&str; 5] = ["audit", "context", "demo", "setup", "use_cases"];

#[test]
fn what_administrators_change_ends_with_its_record() {
    let application = root().join("crates/application/src");
    let mut looked_at = 0;
    for (place, names) in arrows(&application) {
        let is_administration = place.first().is_some_and(|room| room == "administration");
        let is_exempt = place
            .get(1)
            .is_some_and(|name| WITHOUT_RECORD.contains(&name.as_str()));
        // What is recorded when it begins, and carries on by itself.
        let is_exempt = is_exempt || place.last().is_some_and(|name| name == "bulk");
        if !is_administration || is_exempt || place.len() < 2 {
            continue;
        }
        looked_at += 1;
        // Whoever holds the core can open any transaction.
        let core = vec!["process".to_owned()];
        assert!(!names.contains(&core), "{}", place.join("::"));
    }
    assert!(looked_at > 5, "{looked_at} files");
}
