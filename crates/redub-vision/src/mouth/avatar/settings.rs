//! The avatar's numbers, in one place so that a bench can try others.

/// How mouths are chosen from the bank and put together. The defaults are what the reconstruction bench
/// (`examples/reconstruct.rs`) found best; see `docs/adr/030-precision-renderer.md`.
#[derive(Debug, Clone, PartialEq)]
pub struct AvatarSettings {
    /// Candidates kept per frame.
    pub candidates: usize,
    /// Cost of a hundredth inter-ocular distance of opening, against the same of lip shape.
    pub aperture: f32,
    /// Cost of a degree of turn.
    pub turn: f32,
    /// Cost of a natural-logarithm unit of light.
    pub light: f32,
    /// Cost of a natural-logarithm unit of missing sharpness.
    pub blur: f32,
    /// Cost of a hundredth of full scale of difference from the interpolated look.
    pub look: f32,
    /// Cost of a change of mouth from frame to frame, beside its distance.
    pub switch: f32,
    /// Cost of the distance of two mouths that follow each other.
    pub jump: f32,
    /// Mouths whose broad shading is interpolated.
    pub known: usize,
    /// Distance of lips (hundredths of the inter-ocular distance) over which looks are alike.
    pub reach_shape: f32,
    /// Distance of pose (degrees) over which looks are alike.
    pub reach_turn: f32,
    /// Variance of the noise against that of what the linear model leaves over.
    pub noise: f32,
    /// Share in the fine detail that the path's neighbours in time have, each side.
    pub neighbours: f32,
    /// Structures finer than this share of the inter-ocular distance come from the path's frames; all from 1 on.
    pub detail: f32,
    /// Rounds of fine alignment of the detail with the shading.
    pub rounds: usize,
}

impl Default for AvatarSettings {
    fn default() -> Self {
        Self {
            candidates: 25,
            aperture: 0.5,
            turn: 0.35,
            light: 4.0,
            blur: 2.0,
            look: 1.5,
            switch: 0.6,
            jump: 1.0,
            known: 40,
            reach_shape: 3.0,
            reach_turn: 8.0,
            noise: 0.7,
            neighbours: 0.0,
            detail: 0.022,
            rounds: 2,
        }
    }
}

impl AvatarSettings {
    /// Sets a number by its name, for benches; whether there is one of that name.
    pub fn set(&mut self, name: &str, value: f32) -> bool {
        let slot = match name {
            "candidates" => return whole(&mut self.candidates, value),
            "rounds" => return whole(&mut self.rounds, value),
            "known" => return whole(&mut self.known, value),
            "aperture" => &mut self.aperture,
            "turn" => &mut self.turn,
            "light" => &mut self.light,
            "blur" => &mut self.blur,
            "look" => &mut self.look,
            "switch" => &mut self.switch,
            "jump" => &mut self.jump,
            "reach_shape" => &mut self.reach_shape,
            "reach_turn" => &mut self.reach_turn,
            "noise" => &mut self.noise,
            "neighbours" => &mut self.neighbours,
            "detail" => &mut self.detail,
            _ => return false,
        };
        *slot = value;
        true
    }
}

fn whole(slot: &mut usize, value: f32) -> bool {
    *slot = value.max(0.0) as usize;
    true
}
