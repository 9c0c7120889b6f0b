//! Man or woman, from pitch and vocal tract.

use redub_core::Gender;

use super::Pitch;

/// Lower pitch at which men and women are equally likely, in Hz.
const EVEN_HZ: f32 = 155.0;
/// Formant spacing at which men and women are equally likely, in Hz.
const EVEN_SPACING: f32 = 1_060.0;
/// Octaves of pitch, and of formant spacing, that count as one unit of evidence.
const PITCH_OCTAVES: f32 = 0.30;
const SPACING_OCTAVES: f32 = 0.08;
/// Formants count for no more than this either way.
const MOST: f32 = 1.3;
/// A high voice counts for no more than this; a low one counts in full, since hardly any woman has it.
const MOST_HIGH: f32 = 1.2;

/// Evidence for a woman (positive) or a man (negative). Pitch alone misjudges excited men and calm women, formants
/// alone misjudge poor recordings, so both are added. The lower quartile of the pitch is used: people raise
/// their voice far more than they lower it. (Likeness to stock voices was tried instead of formants: on real
/// recordings it tells nothing.)
pub fn evidence(pitch: Option<Pitch>, formant_spacing: Option<f32>) -> f32 {
    let by_pitch = pitch.map_or(0.0, |p| (p.low_hz / EVEN_HZ).log2() / PITCH_OCTAVES);
    let by_formants = formant_spacing.map_or(0.0, |s| (s / EVEN_SPACING).log2() / SPACING_OCTAVES);
    by_pitch.min(MOST_HIGH) + by_formants.clamp(-MOST, MOST)
}

/// The gender heard; `None` with nothing to judge by.
pub fn estimate(pitch: Option<Pitch>, formant_spacing: Option<f32>) -> Option<Gender> {
    if pitch.is_none() && formant_spacing.is_none() {
        return None;
    }
    Some(if evidence(pitch, formant_spacing) > 0.0 { Gender::Female } else { Gender::Male })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_make_up_for_each_other() {
        let pitch = |low_hz: f32| Some(Pitch { median_hz: low_hz * 1.15, low_hz, voiced_share: 0.5 });
        assert_eq!(estimate(pitch(110.0), Some(1_090.0)), Some(Gender::Male));
        assert_eq!(estimate(pitch(235.0), Some(950.0)), Some(Gender::Male));
        assert_eq!(estimate(pitch(142.0), Some(1_190.0)), Some(Gender::Female));
        assert_eq!(estimate(None, None), None);
    }
}
