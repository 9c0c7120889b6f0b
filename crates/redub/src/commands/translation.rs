//! From what was typed to what the translation is told.

use redub_translate::options::Drafts;
use redub_translate::{Endpoint, Glossary, LocalModel, Options, Register};

use crate::args::{DraftsArg, RegisterArg, TranslationArgs, TranslatorArg};
use crate::printer::{Printer, usage};
use crate::settings::Settings;

/// Options of the translation; conflicts in a glossary are said, not hidden.
///
/// # Errors
/// A glossary that cannot be used, an endpoint without its address or model.
pub fn options(args: &TranslationArgs, settings: &Settings, printer: &Printer) -> anyhow::Result<Options> {
    let glossary = args.glossary.as_deref().map(Glossary::read).transpose()?.unwrap_or_default();
    for conflict in glossary.conflicts() {
        printer.warn(&format!("glossary: {conflict}"));
    }
    let register = args.register.map(|r| match r {
        RegisterArg::Formal => Register::Formal,
        RegisterArg::Informal => Register::Informal,
    });
    let genders = args.gender.iter().map(|g| (g.0.clone(), g.1)).collect();
    let drafts = args.drafts.map(|d| match d {
        DraftsArg::Shown => Drafts::Shown,
        DraftsArg::Kept => Drafts::Kept,
        DraftsArg::Pivot => Drafts::Pivot,
    });
    let (endpoint, local_model) = (endpoint(args, settings)?, local_model(args)?);
    Ok(Options { register, genders, glossary, endpoint, local_model, drafts, ..Options::default() })
}

/// Whether a language model of this machine translates, and which.
fn local_model(args: &TranslationArgs) -> anyhow::Result<LocalModel> {
    if args.llm_model.is_some() && args.translator != TranslatorArg::Llm {
        return Err(usage("--llm-model is for --translator llm: add it"));
    }
    if args.drafts.is_some() && args.translator == TranslatorArg::Engines {
        return Err(usage("--drafts is for a language model: --translator engines uses none"));
    }
    Ok(match (args.translator, &args.llm_model) {
        (TranslatorArg::Local, _) => LocalModel::Auto,
        (TranslatorArg::Engines | TranslatorArg::Openai, _) => LocalModel::Never,
        (TranslatorArg::Llm, None) => LocalModel::BuiltIn,
        (TranslatorArg::Llm, Some(file)) => LocalModel::File(file.clone()),
    })
}

/// The language model, where one was asked for.
fn endpoint(args: &TranslationArgs, settings: &Settings) -> anyhow::Result<Option<Endpoint>> {
    if args.translator != TranslatorArg::Openai {
        if args.base_url.is_some() || args.model.is_some() {
            return Err(usage("--base-url and --model are for --translator openai: add it"));
        }
        return Ok(None);
    }
    let base_url = args.base_url.clone().or_else(|| settings.openai_base_url.value.clone());
    let model = args.model.clone().or_else(|| settings.openai_model.value.clone());
    let Some(base_url) = base_url else {
        return Err(usage("--translator openai needs --base-url, such as http://127.0.0.1:8080/v1"));
    };
    let Some(model) = model else {
        return Err(usage("--translator openai needs --model, a name the server lists under /models"));
    };
    Endpoint::new(&base_url, &model).map(Some).map_err(|e| usage(format!("--translator openai: {e}")))
}
