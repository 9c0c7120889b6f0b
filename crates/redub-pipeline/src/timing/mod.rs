//! The timing rules (DESIGN §3): where every line starts, how long it takes, and how the picture is retimed.

mod ease;
mod place;
mod plan;
mod retime;

#[cfg(test)]
mod tests;

pub use plan::{LineNeed, Placed, Plan, TimingRules, budget, needs, plan};
pub use retime::{Piece, Retime};
