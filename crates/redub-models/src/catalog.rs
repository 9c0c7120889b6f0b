//! The catalogue: every model redub knows, from `catalog.toml` and a catalogue of the user's own.

mod check;
mod model;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use model::{Model, ModelFile, Source, Transform};

use crate::error::ModelError;

const BUILT_IN: &str = include_str!("../catalog.toml");

/// All models that can be pulled.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Catalog {
    models: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    #[serde(default)]
    package_bytes: BTreeMap<String, u64>,
    #[serde(default)]
    model: Vec<Model>,
}

impl Catalog {
    /// The built-in catalogue, with the models of `extra` (a file of the same format, usually
    /// `<config>/models.toml`) added; one with a built-in id takes its place. A file that does not exist is no
    /// error.
    ///
    /// # Errors
    /// A catalogue that cannot be read, does not parse or contradicts itself.
    pub fn load(extra: Option<&Path>) -> Result<Self, ModelError> {
        let mut catalog = Self::default();
        catalog.merge(BUILT_IN, "built in")?;
        if let Some(path) = extra.filter(|path| path.exists()) {
            let text = std::fs::read_to_string(path).map_err(ModelError::io("read", path))?;
            catalog.merge(&text, &path.display().to_string())?;
        }
        Ok(catalog)
    }

    fn merge(&mut self, text: &str, origin: &str) -> Result<(), ModelError> {
        let wrong = |why: String| ModelError::Catalog { origin: origin.to_owned(), why };
        let document: Document = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if document.schema != 1 {
            return Err(wrong(format!("schema {} is not known, this redub reads schema 1", document.schema)));
        }
        for mut model in document.model {
            check::model(&model).map_err(wrong)?;
            let bytes = |package: &str| document.package_bytes.get(package).copied();
            let sizes = model.packages().into_iter().filter_map(|p| Some((p.to_owned(), bytes(p)?)));
            model.package_bytes = sizes.collect();
            match self.models.iter_mut().find(|known| known.id == model.id) {
                Some(known) => *known = model,
                None => self.models.push(model),
            }
        }
        Ok(())
    }

    /// All models, in the catalogue's order.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The model called `name`.
    ///
    /// # Errors
    /// [`ModelError::Unknown`], which lists the names there are.
    pub fn find(&self, name: &str) -> Result<&Model, ModelError> {
        self.models.iter().find(|model| model.id == name).ok_or_else(|| {
            let known: Vec<_> = self.models.iter().map(|model| model.id.as_str()).collect();
            ModelError::Unknown { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// The model called `name`, or the models of the set of that name.
    ///
    /// # Errors
    /// As [`Catalog::find`].
    pub fn named(&self, name: &str) -> Result<Vec<&Model>, ModelError> {
        let set: Vec<&Model> = self.models.iter().filter(|m| m.sets.iter().any(|s| s == name)).collect();
        if set.is_empty() { Ok(vec![self.find(name)?]) } else { Ok(set) }
    }

    /// What `redub translate` needs.
    pub fn default_set(&self) -> Vec<&Model> {
        self.models.iter().filter(|model| model.default).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;

    fn merged(text: &str) -> Result<Catalog, ModelError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Catalog::load(Some(file.path()))
    }

    #[test]
    fn the_built_in_catalogue_is_complete() {
        let catalog = Catalog::load(None).unwrap();
        for model in catalog.models() {
            assert!(!model.licence.is_empty() && !model.authors.is_empty(), "{}", model.id);
            assert!(model.bytes().is_some() && !model.homepage.is_empty(), "{}", model.id);
            // What one needs without being asked must not depend on what the first download happened to be.
            assert!(!(model.default && model.tofu), "{}", model.id);
            assert_eq!(model.package_bytes.len(), model.packages().len(), "{}", model.id);
        }
        assert_eq!(catalog.find("kokoro-voices").unwrap().files.len(), 54);
        let set: Vec<&str> = catalog.named("llm").unwrap().iter().map(|m| m.id.as_str()).collect();
        assert_eq!(set, ["llama-cpp", "qwen2.5-coder-1.5b"]);
        assert_eq!(catalog.named("visemes").unwrap().len(), 1);
        assert!(!catalog.find("firefox-en-pt").unwrap().redistribute);
        assert!(catalog.find("nonesuch").unwrap_err().to_string().contains("whisper-base"));
    }

    #[test]
    fn inline_contents_have_the_hashes_they_claim() {
        let catalog = Catalog::load(None).unwrap();
        let mut seen = 0;
        for model in catalog.models() {
            for file in &model.files {
                for source in model.sources_of(file) {
                    let Source::Inline { inline } = source else { continue };
                    assert_eq!(file.sha256.as_deref(), Some(hash::of_bytes(inline.as_bytes()).as_str()));
                    assert_eq!(file.bytes, Some(inline.len() as u64));
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 4);
    }

    #[test]
    fn a_catalogue_of_ones_own_replaces_and_adds() {
        let entry = |id: &str| {
            format!(
                "schema = 1\n[[model]]\nid = \"{id}\"\ntask = \"t\"\ntitle = \"T\"\nversion = \"9\"\n\
                 licence = \"MIT\"\nauthors = \"me\"\nhomepage = \"\"\ntofu = true\n\
                 files = [{{ name = \"f\", sources = [{{ url = \"https://example.org/f\" }}] }}]\n"
            )
        };
        let built_in = Catalog::load(None).unwrap().models().len();
        assert_eq!(merged(&entry("silero-vad")).unwrap().find("silero-vad").unwrap().version, "9");
        assert_eq!(merged(&entry("mine")).unwrap().models().len(), built_in + 1);
        assert!(merged(&entry("../mine")).is_err());
        assert!(merged(&entry("mine").replace("https", "file")).is_err());
        assert!(merged(&entry("mine").replace("tofu = true", "tofu = false")).is_err());
        assert!(merged(&entry("mine").replace("task", "tusk")).is_err());
    }
}
