//! Puts sounds together.

use redub_core::Audio;

/// Adds `sound × gain` to `base` from `at_s` seconds on; what would lie outside `base` is left out.
///
/// Both have the same rate. A mono sound goes to every channel; otherwise channels are matched by number, and a
/// channel that `base` lacks is left out.
pub fn mix_into(base: &mut Audio, sound: &Audio, at_s: f64, gain: f32) {
    debug_assert_eq!(base.rate, sound.rate);
    let offset = (at_s * f64::from(base.rate)).round() as i64;
    let first = (-offset).max(0) as usize;
    let (wide, narrow) = (base.channels, sound.channels);
    let start = offset.max(0) as usize * wide;
    let Some(targets) = base.samples.get_mut(start..) else { return };
    let sources = sound.samples.chunks_exact(narrow).skip(first);
    for (target, source) in targets.chunks_exact_mut(wide).zip(sources) {
        for (channel, sample) in target.iter_mut().enumerate() {
            let part = if narrow == 1 { source.first() } else { source.get(channel) };
            *sample += part.copied().unwrap_or(0.0) * gain;
        }
    }
}

/// Two channels: a mono sound twice at its level, of more channels the first two.
pub fn stereo(audio: &Audio) -> Audio {
    match audio.channels {
        2 => audio.clone(),
        1 => Audio::new(audio.rate, 2, audio.samples.iter().flat_map(|s| [*s, *s]).collect()),
        n => Audio::new(audio.rate, 2, audio.samples.chunks_exact(n).flat_map(|f| [f[0], f[1]]).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_cut_at_both_ends_of_the_base() {
        let mut base = Audio::silence(10, 2, 3);
        let sound = Audio::new(10, 1, vec![1.0, 2.0, 3.0, 4.0, 5.0]);
        mix_into(&mut base, &sound, -0.1, 0.5);
        assert_eq!(base.samples, vec![1.0, 1.0, 1.5, 1.5, 2.0, 2.0]);
    }
}
