//! `GET /v3/voices`.

use redub_core::Language;
use redub_speech::voices::catalog as voices;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{VoiceResource, show};
use crate::auth::Tenant;
use crate::check;
use crate::wire::{ApiError, ErrorBody, List, Page, Query};

/// Names under which the one engine is asked for.
const ENGINES: [&str; 2] = ["kokoro", "starfish"];

/// Whose voices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum VoiceType {
    /// The stock voices.
    #[default]
    Public,
    /// Voices of one's own: there are none, each speaker's is matched anew in every job.
    Private,
}

/// Which voices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Whose voices.
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<VoiceType>,
    /// Only this engine's. There is one, `kokoro`; HeyGen's clients ask for `starfish`, its own, and mean the usual one.
    engine: Option<String>,
    /// Only of this language, by name or code.
    language: Option<String>,
    /// Only `female` or `male` ones.
    gender: Option<String>,
    /// Voices on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// Lists the stock voices in alphabetical order of their ids.
#[utoipa::path(
    get,
    path = "/v3/voices",
    tag = "Voices",
    params(Search),
    responses(
        (status = 200, body = List<VoiceResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn list(_: Tenant, Query(search): Query<Search>) -> Result<List<VoiceResource>, ApiError> {
    let page = Page::new(search.limit, search.token.as_deref(), 20)?;
    let asked = check::present(search.language.as_deref()).map(str::parse::<Language>).transpose();
    let asked = asked.map_err(|e| ApiError::invalid("language", e.to_string()))?;
    let here = search.kind.unwrap_or_default() == VoiceType::Public
        && search
            .engine
            .as_deref()
            .is_none_or(|engine| ENGINES.contains(&engine.to_ascii_lowercase().as_str()));
    let fits = |voice: &VoiceResource| {
        let spoken = voice.language.parse::<Language>().ok();
        let language = asked.as_ref().is_none_or(|asked| {
            spoken
                .is_some_and(|s| s == *asked || (s.primary() == asked.primary() && asked.region().is_none()))
        });
        language
            && check::present(search.gender.as_deref())
                .is_none_or(|gender| gender.eq_ignore_ascii_case(&voice.gender))
    };
    let found = voices::all().map(show).filter(|voice| here && fits(voice));
    // The cursor counts voices here, which never change while the program runs.
    let begin = page.after.map_or(0, |cursor| usize::try_from(cursor.0).unwrap_or(0));
    let rows: Vec<(i64, VoiceResource)> = (1..).zip(found).skip(begin).take(page.limit + 1).collect();
    Ok(page.list(rows, |row| row.0, |row| row.1))
}
