//! Pulls from a mirror, from a half-finished state and from a server that can continue downloads.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

mod server;

use std::fs;
use std::path::Path;

use redub_models::{Catalog, ModelError, ModelState, ModelStore, PullEvent, PullOptions, pull};
use sha2::{Digest, Sha256};

use server::Server;

fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content() -> Vec<u8> {
    (0..200_000u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

/// A catalogue with the model "test", whose only file "weights.bin" comes from `url`.
fn catalog(folder: &Path, url: &str, hashed: Option<&[u8]>) -> Catalog {
    catalog_of(folder, url, hashed, "")
}

/// The same with more said about its source.
fn catalog_of(folder: &Path, url: &str, hashed: Option<&[u8]>, source: &str) -> Catalog {
    let hash = hashed.map(|data| format!(", bytes = {}, sha256 = \"{}\"", data.len(), sha256(data)));
    let text = format!(
        "schema = 1\n[[model]]\nid = \"test\"\ntask = \"t\"\ntitle = \"T\"\nversion = \"1\"\nlicence = \"MIT\"\n\
         authors = \"me\"\nhomepage = \"\"\ntofu = {}\n\
         files = [{{ name = \"weights.bin\"{}, sources = [{{ url = \"{url}/{{file}}\"{source} }}] }}]\n",
        hashed.is_none(),
        hash.unwrap_or_default()
    );
    let path = folder.join("models.toml");
    fs::write(&path, text).unwrap();
    Catalog::load(Some(&path)).unwrap()
}

fn run(
    catalog: &Catalog,
    store: &ModelStore,
    options: &PullOptions,
) -> (Result<(), ModelError>, Vec<PullEvent>) {
    let mut events = Vec::new();
    let result = pull(store, catalog.find("test").unwrap(), options, &mut |event| events.push(event));
    (result, events)
}

#[test]
fn a_mirror_works_offline_and_a_wrong_file_gets_no_final_name() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().join("mirror");
    fs::create_dir_all(mirror.join("test")).unwrap();
    let catalog = catalog(folder.path(), "http://127.0.0.1:9", Some(&content()));
    let model = catalog.find("test").unwrap();
    let store = ModelStore::new(folder.path().join("store"));
    let options = PullOptions { mirror: Some(mirror.clone()), offline: true, ..PullOptions::default() };

    let mut wrong = content();
    wrong[77] ^= 1;
    for bad in [wrong, [content(), vec![0]].concat()] {
        fs::write(mirror.join("test/weights.bin"), bad).unwrap();
        let error = run(&catalog, &store, &options).0.unwrap_err().to_string();
        assert!(error.contains("mirror"), "{error}");
        assert_eq!(store.state(model), ModelState::Absent);
        assert!(!store.folder("test").join("weights.bin").exists());
        let error = store.file("test", "weights.bin").unwrap_err().to_string();
        assert!(error.contains("redub models pull test"), "{error}");
    }

    fs::write(mirror.join("test/weights.bin"), content()).unwrap();
    run(&catalog, &store, &options).0.unwrap();
    assert_eq!(store.state(model), ModelState::Installed);
    assert!(store.verify(model).unwrap().iter().all(|check| check.ok));

    let exported = folder.path().join("exported");
    assert_eq!(store.export_mirror(&catalog, &exported).unwrap(), ["test"]);
    assert_eq!(fs::read(exported.join("test/weights.bin")).unwrap(), content());
}

#[test]
fn a_finished_file_is_not_fetched_again_and_verify_finds_a_changed_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content());
    let catalog = catalog(folder.path(), &server.url(), Some(&content()));
    let model = catalog.find("test").unwrap();
    let store = ModelStore::new(folder.path().join("store"));
    let path = store.folder("test").join("weights.bin");
    fs::create_dir_all(store.folder("test")).unwrap();
    fs::write(&path, content()).unwrap();

    let (result, events) = run(&catalog, &store, &PullOptions::default());
    result.unwrap();
    assert_eq!(server.requests(), Vec::<String>::new());
    assert!(events.iter().any(|event| matches!(event, PullEvent::Present { .. })));

    let digest = store.digest(model);
    let mut changed = content();
    changed[1] ^= 1;
    fs::write(&path, changed).unwrap();
    assert!(!store.verify(model).unwrap()[0].ok);

    run(&catalog, &store, &PullOptions { force: true, ..PullOptions::default() }).0.unwrap();
    assert_eq!(fs::read(&path).unwrap(), content());
    assert_eq!(server.requests().len(), 1);
    assert_eq!(store.digest(model), digest);
}

#[test]
fn a_truncated_download_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content());
    let catalog = catalog(folder.path(), &server.url(), Some(&content()));
    let store = ModelStore::new(folder.path().join("store"));
    let part = store.root().join(".downloads/test/weights.bin.part");
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, &content()[..123_456]).unwrap();

    run(&catalog, &store, &PullOptions::default()).0.unwrap();
    assert_eq!(server.requests(), ["bytes=123456-"]);
    assert_eq!(fs::read(store.file("test", "weights.bin").unwrap()).unwrap(), content());
    assert!(!part.exists());
}

#[test]
fn a_spoiled_start_is_thrown_away_and_a_broken_connection_continued() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content());
    server.break_after(300_000);
    let catalog = catalog(folder.path(), &server.url(), Some(&content()));
    let store = ModelStore::new(folder.path().join("store"));
    let part = store.root().join(".downloads/test/weights.bin.part");
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, vec![7; 500_000]).unwrap();

    run(&catalog, &store, &PullOptions::default()).0.unwrap();
    assert_eq!(fs::read(store.file("test", "weights.bin").unwrap()).unwrap(), content());
    // The spoiled start continued to the end, then anew, broken off once or more on the way.
    let requests = server.requests();
    assert!(requests[0] == "bytes=500000-" && requests.contains(&String::new()), "{requests:?}");
}

#[test]
fn the_first_pull_pins_and_another_content_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content());
    let url = server.url();
    let catalog = catalog(folder.path(), &url, None);
    let model = catalog.find("test").unwrap();
    let store = ModelStore::new(folder.path().join("store"));

    let (result, events) = run(&catalog, &store, &PullOptions::default());
    result.unwrap();
    assert!(events.iter().any(|event| matches!(event, PullEvent::Verified { pinned: true, .. })));
    assert_eq!(store.verify(model).unwrap()[0].expected, Some(sha256(&content())));

    server.serve(b"another file".to_vec());
    let again = PullOptions { force: true, ..PullOptions::default() };
    assert!(run(&catalog, &store, &again).0.unwrap_err().to_string().contains("sha256"));
    assert_eq!(fs::read(store.file("test", "weights.bin").unwrap()).unwrap(), content());
}

#[test]
fn a_packed_download_is_unpacked_pinned_and_held_to() {
    let packed = |content: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, content).unwrap();
        gzip.finish().unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(packed(&content()));
    let catalog = catalog_of(folder.path(), &server.url(), None, ", gzip = true");
    let model = catalog.find("test").unwrap();
    let store = ModelStore::new(folder.path().join("store"));
    run(&catalog, &store, &PullOptions::default()).0.unwrap();
    assert_eq!(fs::read(store.file("test", "weights.bin").unwrap()).unwrap(), content());
    assert_eq!(store.verify(model).unwrap()[0].expected, Some(sha256(&content())));

    // Packed another way it is the same file; another file is refused, and so is one that breaks off.
    let again = PullOptions { force: true, ..PullOptions::default() };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, &content()).unwrap();
    server.serve(gzip.finish().unwrap());
    run(&catalog, &store, &again).0.unwrap();
    for bad in [packed(b"another file"), packed(&content())[..90_000].to_vec()] {
        server.serve(bad);
        run(&catalog, &store, &again).0.unwrap_err();
        assert_eq!(fs::read(store.file("test", "weights.bin").unwrap()).unwrap(), content());
    }
}
