//! What each mouth shape asks of the lips, and how strongly.
//!
//! The table is a prior of articulatory phonetics (jaw height, rounding and spreading of vowels; the places of
//! consonants), in shares of a person's own measured range, so that it fits any face. The strengths follow the
//! resistance to coarticulation that Cohen & Massaro ("Modeling coarticulation in synthetic visual speech",
//! 1993) and Löfqvist (1990) describe: lip consonants impose their lip shape, tongue consonants borrow their
//! neighbours'.

use redub_core::Viseme;

/// Targets of one mouth shape with their strengths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// Opening: 0 shut, 1 the person's widest.
    pub aperture: f32,
    /// Width against rest: -1 the person's narrowest, 1 the widest.
    pub width: f32,
    /// Lips pushed out: 0 not, 1 fully.
    pub protrusion: f32,
    /// Lower lip drawn to the upper teeth: 0 not, 1 touching.
    pub tuck: f32,
    /// Dominance over neighbours' opening (α of Cohen & Massaro).
    pub aperture_strength: f32,
    /// Dominance over neighbours' width and protrusion.
    pub width_strength: f32,
    /// Fall of the dominance with distance in time, per second (θ).
    pub decay: f32,
}

const fn goal(
    aperture: f32,
    width: f32,
    protrusion: f32,
    aperture_strength: f32,
    width_strength: f32,
) -> Goal {
    Goal { aperture, width, protrusion, tuck: 0.0, aperture_strength, width_strength, decay: 22.0 }
}

/// The prior of a mouth shape. Rest is left to the caller: its lips are the person's own.
pub fn prior(viseme: Viseme) -> Goal {
    match viseme {
        Viseme::Rest => Goal { decay: 14.0, ..goal(0.0, 0.0, 0.0, 0.7, 0.35) },
        Viseme::Closed => Goal { decay: 26.0, ..goal(0.0, 0.0, 0.1, 1.6, 0.2) },
        Viseme::LipTeeth => Goal { tuck: 1.0, decay: 24.0, ..goal(0.1, 0.05, 0.0, 1.5, 0.4) },
        Viseme::Dental => goal(0.32, 0.1, 0.0, 0.9, 0.3),
        Viseme::Alveolar => goal(0.3, 0.15, 0.0, 0.75, 0.3),
        Viseme::Postalveolar => goal(0.32, -0.45, 0.7, 0.9, 0.9),
        Viseme::Velar => goal(0.42, 0.05, 0.0, 0.5, 0.15),
        Viseme::Rounded => goal(0.22, -0.75, 0.9, 1.0, 1.1),
        Viseme::Open => goal(1.0, 0.2, 0.0, 1.4, 0.6),
        Viseme::Mid => goal(0.62, 0.1, 0.0, 1.1, 0.5),
        Viseme::Spread => goal(0.42, 0.75, 0.0, 1.0, 1.0),
        Viseme::RoundOpen => goal(0.68, -0.6, 0.7, 1.0, 1.0),
        Viseme::RoundNarrow => goal(0.26, -0.95, 1.0, 1.0, 1.1),
    }
}

/// Whether a symbol is only a mark on its neighbour: length belongs to the sound before, stress to the one after.
pub fn mark(symbol: &str) -> Option<Mark> {
    let trimmed = symbol.trim();
    let mut chars = trimmed.chars();
    match (chars.next(), chars.next()) {
        (Some('ː' | 'ˑ' | 'ʰ' | 'ʲ' | 'ʷ' | '\u{303}' | '\u{329}' | '\u{32f}' | '→' | '↗' | '↘'), None) => {
            Some(Mark::Before)
        }
        (Some('ˈ' | 'ˌ' | '\'' | '\u{361}'), None) => Some(Mark::After),
        _ => None,
    }
}

/// Which neighbour a mark's time belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The sound before.
    Before,
    /// The sound after.
    After,
}
