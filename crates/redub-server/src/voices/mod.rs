//! `/v3/voices` (contract §11): the stock voices, for `stock_voice_config.preferred_stock_voice_ids`.

mod get;
mod list;

use redub_core::Gender;
use redub_speech::voices::{Accent, StockVoice};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(get::get))
}

/// A stock voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VoiceResource {
    /// Its id.
    voice_id: String,
    /// Its name.
    name: String,
    /// Language it speaks natively; it can speak the others with that accent.
    language: String,
    /// `female` or `male`.
    gender: String,
    /// `public`.
    #[serde(rename = "type")]
    kind: String,
    /// Whether pauses can be asked for in a text: no.
    support_pause: bool,
    /// Whether it can be told to speak a region's variety: no.
    support_locale: bool,
}

fn show(voice: StockVoice) -> VoiceResource {
    VoiceResource {
        voice_id: voice.name.to_owned(),
        name: title(voice.name),
        language: language(voice.accent).to_owned(),
        gender: gender(voice.gender).to_owned(),
        kind: "public".to_owned(),
        support_pause: false,
        support_locale: false,
    }
}

fn gender(gender: Gender) -> &'static str {
    match gender {
        Gender::Female => "female",
        Gender::Male => "male",
    }
}

fn language(accent: Accent) -> &'static str {
    match accent {
        Accent::American => "English (United States)",
        Accent::British => "English (UK)",
        Accent::Spanish => "Spanish",
        Accent::French => "French",
        Accent::Hindi => "Hindi",
        Accent::Italian => "Italian",
        Accent::Japanese => "Japanese",
        Accent::Brazilian => "Portuguese (Brazil)",
        Accent::Mandarin => "Chinese",
    }
}

/// `ef_dora` → `Dora`.
fn title(name: &str) -> String {
    let given = name.rsplit('_').next().unwrap_or(name);
    let mut letters = given.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
