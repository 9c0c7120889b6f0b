//! `PATCH /v3/redub/proofreads/{proofread_id}/lines/{line_id}`.

use axum::extract::State;
use redub_speech::voices;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::line::{Line, show_all};
use super::retranslate::retranslate;
use crate::auth::Tenant;
use crate::proofreads::rows::Register;
use crate::proofreads::{edit, ready, rows};
use crate::state::App;
use crate::wire::{ApiError, Base, Body, Data, ErrorBody, PathLine};

/// Longest text of a line, characters: more than a minute of talk.
const MOST_TEXT: usize = 2000;

/// Changes to a line; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PatchLine {
    /// What is to be said; null has it translated anew from what was said.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    text: Option<Option<String>>,
    /// Where it starts in the video, seconds.
    #[serde(default)]
    start: Option<f64>,
    /// Where it ends, seconds.
    #[serde(default)]
    end: Option<f64>,
    /// Who says it: one of the session's speakers.
    #[serde(default)]
    speaker: Option<String>,
    /// A stock voice for this line, by the ids of GET /v3/voices; null gives the choice back.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    voice: Option<Option<String>>,
    /// Gender of who says it, `female` or `male`: of the voice, and of what agrees with it in the text; null as heard.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    gender: Option<Option<String>>,
    /// How the one spoken to is addressed; null is `auto`.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<Register>)]
    register: Option<Option<Register>>,
    /// Revision of the line as it was read: a newer one refuses the change (409), so that nobody's edit is lost.
    #[serde(default)]
    revision: Option<i64>,
}

/// Tells a field that is null from one that is left out.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl PatchLine {
    fn change(self) -> Result<edit::Change, ApiError> {
        let text = self.text.flatten().map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
        if text.as_ref().is_some_and(|t| t.is_empty() || t.chars().count() > MOST_TEXT) {
            let message = format!(
                "text must have 1 to {MOST_TEXT} characters; delete the line from the SRT to leave it out"
            );
            return Err(ApiError::invalid("text", message));
        }
        for (param, value) in [("start", self.start), ("end", self.end)] {
            if value.is_some_and(|v| !v.is_finite()) {
                return Err(ApiError::invalid(param, format!("{param} must be seconds")));
            }
        }
        if let Some(Some(voice)) = &self.voice
            && voices::catalog::find(voice).is_none()
        {
            let message = format!("{voice:?} is not a stock voice; GET /v3/voices lists them");
            return Err(ApiError::invalid("voice", message));
        }
        if let Some(Some(gender)) = &self.gender
            && !matches!(gender.as_str(), "female" | "male")
        {
            return Err(ApiError::invalid("gender", "gender must be female or male"));
        }
        Ok(edit::Change {
            text: text.map(|text| (text, rows::REVIEWER.to_owned())),
            start: self.start,
            end: self.end,
            speaker: self.speaker,
            voice: self.voice,
            gender: self.gender,
            register: self.register.map(Option::unwrap_or_default),
            seen: self.revision,
        })
    }
}

/// Edits a line: its text, times, speaker, voice, gender or register. A line whose text an engine made is translated anew
/// when its speaker, gender or register changes; what a person wrote stays until `text` is null.
#[utoipa::path(
    patch,
    path = "/v3/redub/proofreads/{proofread_id}/lines/{line_id}",
    tag = "Proofreads: lines",
    params(("proofread_id" = String, Path), ("line_id" = i64, Path)),
    request_body = PatchLine,
    responses(
        (status = 200, body = Data<Line>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody)
    )
)]
pub async fn patch(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathLine(id, line_id): PathLine,
    Body(request): Body<PatchLine>,
) -> Result<Data<Line>, ApiError> {
    let job = ready(&app, &tenant, &id).await?;
    let anew = request.text == Some(None);
    let mut change = request.change()?;
    retranslate(&app, &job, line_id, &mut change, anew).await?;
    edit::line(&app, &id, line_id, &change).await?;
    let lines = rows::lines(&app.db, &id).await?;
    let session = rows::session(&app.db, &id).await?;
    let shown = show_all(&app, &base, &job, lines, session.seconds).into_iter().find(|l| l.id == line_id);
    shown.map(Data::new).ok_or_else(|| ApiError::not_found("Line", &line_id.to_string()))
}
