//! Pulls models from the command line: `pull [MODEL…]`, the default set if none is named.
//!
//! `REDUB_MODELS_DIR` names the store, `REDUB_MODELS_MIRROR` a mirror folder.

use std::time::Instant;

use redub_models::{Catalog, ModelError, ModelStore, PullEvent, PullOptions, pull_all};

fn main() -> Result<(), ModelError> {
    let catalog = Catalog::load(None)?;
    let store = ModelStore::new(ModelStore::default_root());
    let names: Vec<_> = std::env::args().skip(1).collect();
    let models = match names.is_empty() {
        true => catalog.default_set(),
        false => names.iter().map(|name| catalog.find(name)).collect::<Result<_, _>>()?,
    };
    let start = Instant::now();
    pull_all(&store, &models, &PullOptions::from_env(), &mut |event| match event {
        PullEvent::Download { done_bytes, total_bytes, .. } if Some(done_bytes) != total_bytes => {}
        event => eprintln!("{:7.2} {event:?}", start.elapsed().as_secs_f64()),
    })?;
    for model in models {
        let bad: Vec<_> = store.verify(model)?.into_iter().filter(|check| !check.ok).collect();
        println!("{} {} {:?} {bad:?}", model.id, store.digest(model), store.state(model));
    }
    Ok(())
}
