//! Checks that several requests share.

use crate::state::App;
use crate::webhooks::target;
use crate::wire::{ApiError, AssetInput};
use crate::{assets, glossaries};

/// Longest title, id or address, characters.
const MOST: usize = 2000;
/// Most speakers that may be hinted at.
const MOST_SPEAKERS: i64 = 20;

/// A text that is there: forms send empty strings for what was left out.
pub fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|t| !t.is_empty())
}

/// A short text.
///
/// # Errors
/// 400 for one that is too long.
pub fn text(param: &'static str, text: Option<&str>) -> Result<Option<String>, ApiError> {
    match present(text) {
        Some(text) if text.chars().count() > MOST => {
            Err(ApiError::invalid(param, format!("{param} is longer than {MOST} characters")))
        }
        Some(text) if text.contains('\0') => {
            Err(ApiError::invalid(param, format!("{param} holds a character that cannot be stored (U+0000)")))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// The address of a callback.
///
/// # Errors
/// 400 for anything but an http or https address, and for one that leads into a private network.
pub fn callback(app: &App, url: Option<&str>) -> Result<Option<String>, ApiError> {
    let url = text("callback_url", url)?;
    url.map(|url| target::check("callback_url", &url, &app.config.allow_private_hosts).map(|()| url))
        .transpose()
}

/// A file that a request names: an address of the right form, or an asset that can be used.
///
/// # Errors
/// 400 for an address that cannot be fetched from, 404 or 409 for an asset.
pub async fn input(app: &App, tenant: &str, param: &str, input: &AssetInput) -> Result<(), ApiError> {
    match input {
        AssetInput::Url { url } => target::check(param, url, &app.config.allow_private_hosts),
        AssetInput::AssetId { asset_id } => {
            let found = assets::rows::usable(&app.db, tenant, asset_id).await;
            found.map(drop).map_err(|error| ApiError { param: Some(param.to_owned()), ..error })
        }
    }
}

/// The glossary that is to be followed, by its id or under the field's older name.
///
/// # Errors
/// 404 for one that is not there.
pub async fn glossary(
    app: &App,
    tenant: &str,
    brand_glossary_id: Option<&str>,
    brand_voice_id: Option<&str>,
) -> Result<Option<String>, ApiError> {
    let given = [("brand_glossary_id", brand_glossary_id), ("brand_voice_id", brand_voice_id)];
    let given = given.into_iter().find_map(|(param, id)| Some((param, present(id)?)));
    let Some((param, id)) = given else { return Ok(None) };
    let found = glossaries::find(&app.db, tenant, id).await;
    found
        .map(|glossary| Some(glossary.id))
        .map_err(|error| ApiError { param: Some(param.to_owned()), ..error })
}

/// A hint at the number of speakers; 0 stands for none.
///
/// # Errors
/// 400 for numbers no video has.
pub fn speakers(number: Option<i64>) -> Result<Option<usize>, ApiError> {
    match number {
        None | Some(0) => Ok(None),
        Some(n @ 1..=MOST_SPEAKERS) => Ok(Some(n as usize)),
        Some(n) => Err(ApiError::invalid(
            "speaker_num",
            format!("speaker_num is {n}; give 1 to {MOST_SPEAKERS}, or 0"),
        )),
    }
}

/// Start and end of the part to dub.
///
/// # Errors
/// 400 for a part that is none.
pub fn part(start: Option<f64>, end: Option<f64>) -> Result<(Option<f64>, Option<f64>), ApiError> {
    for (param, value) in [("start_time", start), ("end_time", end)] {
        if value.is_some_and(|v| !v.is_finite() || v < 0.0) {
            return Err(ApiError::invalid(param, format!("{param} must be seconds from 0 up")));
        }
    }
    if let Some(end) = end
        && end <= start.unwrap_or(0.0)
    {
        let start = start.unwrap_or(0.0);
        return Err(ApiError::invalid("end_time", format!("end_time {end} is not after start_time {start}")));
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_speakers() {
        assert!(part(Some(2.0), Some(1.0)).is_err() && part(None, Some(0.0)).is_err());
        assert!(part(Some(f64::NAN), None).is_err() && part(Some(1.0), None).is_ok());
        assert_eq!(speakers(Some(0)).unwrap(), None);
        assert!(speakers(Some(-1)).is_err() && speakers(Some(99)).is_err());
    }
}
