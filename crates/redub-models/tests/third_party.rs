//! THIRD_PARTY.md names every file of the catalogue with its hash, and every direct dependency.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

use std::fs;
use std::path::Path;

use redub_models::{Catalog, Source};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

#[test]
fn every_weight_is_named_with_maker_licence_source_and_hash() {
    let text = read("THIRD_PARTY.md");
    for model in Catalog::load(None).unwrap().models() {
        let start =
            text.find(&format!("### {}\n", model.id)).unwrap_or_else(|| panic!("no section {}", model.id));
        let section = text[start + 4..].split("\n### ").next().unwrap();
        for part in [&model.licence, &model.authors, &model.homepage] {
            assert!(section.contains(part.as_str()), "{}: {part} is not named", model.id);
        }
        for package in model.packages() {
            assert!(section.contains(package), "{}: {package} is not named", model.id);
        }
        for file in &model.files {
            let hash = file.sha256.as_deref().unwrap_or("pinned by the first pull");
            let line = section.lines().find(|line| line.starts_with(&format!("| `{}` |", file.name)));
            assert!(line.is_some_and(|line| line.contains(hash)), "{}/{}", model.id, file.name);
        }
    }
}

#[test]
fn every_direct_dependency_is_named() {
    let text = read("THIRD_PARTY.md");
    let crates = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap();
    for manifest in
        crates.flatten().map(|entry| entry.path().join("Cargo.toml")).filter(|path| path.is_file())
    {
        let manifest: toml::Table = fs::read_to_string(&manifest).unwrap().parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(|d| d.as_table()) else { continue };
            for name in dependencies.keys().filter(|name| !name.starts_with("redub")) {
                assert!(text.contains(&format!("| {name} |")), "crate {name} is not named");
            }
        }
    }
}

#[test]
fn the_bundled_files_are_what_the_catalogue_says() {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models");
    for model in Catalog::load(None).unwrap().models() {
        for file in &model.files {
            if model.sources_of(file).iter().any(|source| matches!(source, Source::Bundle { .. })) {
                let path = bundle.join(&file.name);
                assert_eq!(fs::metadata(&path).map(|meta| meta.len()).ok(), file.bytes, "{}", path.display());
            }
        }
    }
}
