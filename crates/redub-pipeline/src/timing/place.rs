//! All lines at once: where each starts, how fast it is said, and how much of the silence behind it it takes.
//!
//! The cheapest path through a grid of starts and rates, line by line (Viterbi, 1967), so that a hurried line can begin a
//! moment early and the next a moment late, silence is borrowed where it is needed, and a speaker does not run after
//! crawling. Nothing is decided before the whole video is seen.

use redub_core::Span;

use super::plan::{Placed, TimingRules, ratio};

/// Moments, in seconds, by which a line may start beside its source's start: half of what is noticed, which leaves the
/// other half to the synthesiser's own onset.
const SHIFTS: [f64; 5] = [0.0, -0.02, 0.02, -0.04, 0.04];
/// Step between the rates that are tried.
const STEP: f64 = 0.02;
/// Changes of rate between neighbours up to which nothing is noticed, natural logarithm (Quené 2007: about 5 %).
const EVEN: f64 = 0.08;

/// What a line has, on the output's time line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Where the source's line starts, seconds.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
    /// Where the next line starts; none where the line must be over by its own end, because another already speaks.
    pub next: Option<f64>,
    /// Seconds of it at the voice's own rate.
    pub natural: f64,
    /// Who says it.
    pub speaker: usize,
}

/// A way to say a line.
#[derive(Clone, Copy)]
struct Way {
    /// Where in [`SHIFTS`].
    shift: usize,
    /// Natural length over spoken length.
    speed: f64,
    /// Cheapest cost of all lines up to this one, and the way of the line before that it comes from.
    cost: f64,
    from: usize,
}

/// Places `lines`, in order of start.
pub(super) fn place(lines: &[Place], rules: &TimingRules) -> Vec<Placed> {
    let mut table: Vec<Vec<Way>> = Vec::with_capacity(lines.len());
    let mut taken = 0.0f64;
    for (i, line) in lines.iter().enumerate() {
        let mut ways = ways(line, taken, rules);
        if let (Some(last), Some(before)) = (table.last(), i.checked_sub(1).map(|b| &lines[b])) {
            join(before, last, line, &mut ways, rules);
        }
        if line.next.is_none() {
            taken = taken.max(line.end);
        }
        table.push(ways);
    }
    if let (Some(ways), Some(line)) = (table.last_mut(), lines.last()) {
        let end = limit(line, 0.0, rules);
        ways.iter_mut().for_each(|way| way.cost += too_long(line, way, end));
    }
    let best = |ways: &Vec<Way>| (0..ways.len()).min_by(|a, b| ways[*a].cost.total_cmp(&ways[*b].cost));
    let mut at = table.last().and_then(best).unwrap_or(0);
    let mut placed = Vec::with_capacity(lines.len());
    for (line, ways) in lines.iter().zip(&table).rev() {
        let way = ways[at];
        let start = line.start + SHIFTS[way.shift];
        let length = line.natural / way.speed;
        placed.push(Placed { span: Span::new(start, start + length), speed_factor: way.speed });
        at = way.from;
    }
    placed.reverse();
    placed
}

/// Everything that may be done with a line on its own, never empty: starting in its place always can be done, and comes
/// first, so that it wins where nothing is gained. `taken` is when the last line is over that could not wait for its
/// successor.
fn ways(line: &Place, taken: f64, rules: &TimingRules) -> Vec<Way> {
    let mut ways = Vec::new();
    for (shift, by) in SHIFTS.iter().enumerate() {
        let start = line.start + by;
        let early = *by < 0.0 && start < taken.max(0.0);
        if early || (line.next.is_none() && *by != 0.0) {
            continue;
        }
        let own = line.end - start;
        let ends = SHIFTS.iter().map(|next| limit(line, *next, rules));
        let exact =
            ends.map(|end| ratio(line.natural, said(line.natural, own, (end - start).max(1e-3), rules)));
        let most = rules.comfortable.max(ratio(line.natural, own));
        let steps = ((rules.fastest - rules.slowest) / STEP).round() as usize;
        let grid = (0..=steps).map(|k| rules.slowest + k as f64 * STEP).filter(|r| *r <= most);
        for speed in exact.chain(grid) {
            ways.push(Way { shift, speed, cost: own_cost(line, *by, speed, rules), from: 0 });
        }
    }
    ways
}

/// Puts the cheapest way of the line before under each way of a line.
fn join(before: &Place, last: &[Way], line: &Place, ways: &mut [Way], rules: &TimingRules) {
    let same = before.speaker == line.speaker;
    for way in ways {
        let end = limit(before, SHIFTS[way.shift], rules);
        let mut cheapest: Option<(f64, usize)> = None;
        for (from, prior) in last.iter().enumerate() {
            // Between unhurried lines a change of rate is the speaker's own.
            let hurried = same && way.speed.max(prior.speed) > rules.comfortable + 1e-9;
            let uneven =
                if hurried { ((way.speed / prior.speed).ln().abs() - EVEN).max(0.0) / 0.1 } else { 0.0 };
            let cost = prior.cost + 0.3 * uneven * uneven + too_long(before, prior, end);
            if cheapest.is_none_or(|(least, _)| cost < least) {
                cheapest = Some((cost, from));
            }
        }
        if let Some((cost, from)) = cheapest {
            way.cost += cost;
            way.from = from;
        }
    }
}

/// What a way costs that is not over by `end`: it is not forbidden, so that there always is one, but dearer than anything
/// that fits.
fn too_long(line: &Place, way: &Way, end: f64) -> f64 {
    let over = line.start + SHIFTS[way.shift] + line.natural / way.speed - end;
    if over > 1e-9 { 1e6 * (1.0 + over) } else { 0.0 }
}

/// When a line must be over, if the next starts `shift` beside its place: the gap before it, or its own end where the
/// source's own gap is shorter.
fn limit(line: &Place, shift: f64, rules: &TimingRules) -> f64 {
    let Some(next) = line.next.map(|next| next + shift) else { return line.end };
    (next - rules.gap).max(line.end.min(next))
}

/// Seconds to say `natural` seconds of text in: the line's own time at a comfortable rate, then the silence up to `most`.
fn said(natural: f64, own: f64, most: f64, rules: &TimingRules) -> f64 {
    let unhurried = natural / rules.comfortable;
    if unhurried <= own {
        return own.min(natural / rules.slowest).max(unhurried).min(most.max(unhurried));
    }
    unhurried.min(most)
}

/// What a way costs by itself: being hurried, ending elsewhere than the lips do, starting beside them. A line that fills its own
/// time at an unhurried rate costs nothing.
fn own_cost(line: &Place, shift: f64, speed: f64, rules: &TimingRules) -> f64 {
    let hurried = ((speed - rules.comfortable) / (rules.fastest - rules.comfortable)).max(0.0);
    // Silence behind a line is cheap; lips that go on without a voice are not.
    let beside = (line.start + shift + line.natural / speed.max(1e-9) - line.end) / 0.5;
    let beside = if beside > 0.0 { 0.02 * beside.powi(2).min(9.0) } else { beside.powi(2) };
    let shifted = shift / 0.04;
    hurried.powi(2) + beside + 0.5 * shifted.powi(2)
}
