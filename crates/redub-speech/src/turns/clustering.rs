//! How many voices are there, and which stretch is whose.
//!
//! Average-linkage clustering of voice prints builds a tree; the tree is cut where too many clusters come out rather than
//! too few, and clusters whose centres are near each other are joined again. Single prints of a second and a half scatter
//! widely and no one threshold on them fits all files; centres of several seconds scatter little, so theirs does.

use kodama::{Method, linkage};

use super::embedding::{cosine, unit};

/// Cosine distance at which the tree is cut first: small, so that clusters are pure.
const CUT: f32 = 0.56;
/// Finer cuts tried in turn when the user expects more speakers than are found.
const FINER_CUTS: [f32; 5] = [0.5, 0.42, 0.35, 0.28, 0.2];
/// Two clusters with next to nothing in them are one voice when their centres' cosine is above this …
const SAME_VOICE_SHORT: f32 = 0.40;
/// … and two of at least [`SURE_SECONDS`] each above this: the more speech, the less a centre scatters. Between, the
/// bound moves evenly with the smaller cluster's seconds. (Judged on 37 clips: two people on one telephone line reach
/// 0.56 with 8 s each, one man over music falls to 0.57 with 1.8 s.)
const SAME_VOICE_LONG: f32 = 0.60;
/// See [`SAME_VOICE_LONG`].
const SURE_SECONDS: f64 = 8.0;
/// A hint does not merge clusters below this cosine when both have [`CLEAR_SECONDS`] …
const CLEARLY_DIFFERENT: f32 = 0.15;
/// … of speech.
const CLEAR_SECONDS: f64 = 3.0;
/// A hint does not split a voice into clusters whose centres are nearer than this.
const CLEARLY_SAME: f32 = 0.8;
/// What the segmentation network's opinion on two prints weighs in likeness …
const OF_PAIR: f32 = 0.15;
/// … and on two clusters, when it heard [`ENOUGH_PAIRS`] pairs of their prints together.
const OF_GROUPS: f32 = 0.15;
const ENOUGH_PAIRS: f32 = 20.0;
/// A cluster needs this many seconds to be a speaker of its own …
const LEAST_SECONDS: f64 = 1.0;
/// … or these, when it is like nobody else (cosine) and the segmentation network takes it for another voice than all it heard beside it, in
/// at least so many pairs of prints: single words of one speaker scatter as far, but that network keeps them together.
const LEAST_ALIEN_SECONDS: f64 = 0.4;
const ALIEN: f32 = 0.15;
const ALIEN_PAIRS: usize = 5;
const OTHER_VOICE: f32 = 0.3;

/// A voice print and the seconds of speech behind it.
#[derive(Debug, Clone)]
pub struct Print {
    /// Unit-length vector.
    pub vector: Vec<f32>,
    /// Seconds of speech it was taken from that no other print has.
    pub seconds: f64,
}

/// Speakers found.
#[derive(Debug, Clone, Default)]
pub struct Clusters {
    /// Unit-length centre of each speaker's prints.
    pub centres: Vec<Vec<f32>>,
    /// Why a hint was not followed.
    pub note: Option<String>,
}

/// Clusters `prints`; `hint` is the number of speakers expected.
///
/// `same` tells of two prints (by position) whether the segmentation network takes them for one voice, 0 (no) to 1 (yes),
/// where it heard both at once.
pub fn cluster(
    prints: &[Print],
    hint: Option<usize>,
    same: &dyn Fn(usize, usize) -> Option<f32>,
) -> Clusters {
    if prints.is_empty() {
        return Clusters::default();
    }
    let evidence = Evidence::new(prints.len(), same);
    let mut groups = tree_cut(prints, &evidence, CUT);
    merge(prints, &evidence, &mut groups, |similarity, smaller, _| similarity > same_voice(smaller));
    drop_tiny(prints, &evidence, &mut groups);
    let mut note = None;
    if let Some(hint) = hint.map(|n| n.max(1)) {
        if groups.len() > hint {
            merge(prints, &evidence, &mut groups, |similarity, smaller, left| {
                left > hint && (similarity > CLEARLY_DIFFERENT || smaller < CLEAR_SECONDS)
            });
            note = (groups.len() > hint).then(|| note_more(hint, groups.len()));
        } else if groups.len() < hint {
            groups = split_further(prints, &evidence, groups, hint);
            note = (groups.len() < hint).then(|| note_fewer(hint, groups.len()));
        }
    }
    finish(prints, &groups, note)
}

/// What the segmentation network says of pairs of prints, as an addition to their likeness.
struct Evidence {
    /// For each print the later ones with an opinion, 0 to 1.
    pairs: Vec<Vec<(usize, f32)>>,
}

impl Evidence {
    fn new(prints: usize, same: &dyn Fn(usize, usize) -> Option<f32>) -> Self {
        // Prints are in order of time: from one on, the network soon has no more to say.
        let later = |i: usize| (i + 1..prints).map_while(|j| Some((j, same(i, j)?))).collect();
        Self { pairs: (0..prints).map(later).collect() }
    }

    fn opinion(&self, i: usize, j: usize) -> Option<f32> {
        let (first, second) = (i.min(j), i.max(j));
        let found = self.pairs.get(first)?;
        found.get(second - first - 1).map(|(_, same)| *same)
    }

    /// -[`OF_PAIR`] (two voices) to +[`OF_PAIR`] (one voice).
    fn of_pair(&self, i: usize, j: usize) -> f32 {
        self.opinion(i, j).map_or(0.0, |same| OF_PAIR * (2.0 * same - 1.0))
    }

    /// Whether the segmentation network, too, takes a cluster for another voice than all others it heard beside it.
    fn alien(&self, a: &[usize], others: &[Vec<usize>]) -> bool {
        let heard: Vec<f32> = others.iter().flat_map(|b| self.heard(a, b)).collect();
        heard.len() >= ALIEN_PAIRS && heard.iter().sum::<f32>() < OTHER_VOICE * heard.len() as f32
    }

    /// The opinions on pairs of a print of each cluster.
    fn heard(&self, a: &[usize], b: &[usize]) -> Vec<f32> {
        let pairs = a.iter().flat_map(|i| b.iter().map(move |j| (*i, *j)));
        pairs.filter_map(|(i, j)| self.opinion(i, j)).collect()
    }

    /// -[`OF_GROUPS`] to +[`OF_GROUPS`], less where few pairs were heard together.
    fn of_groups(&self, a: &[usize], b: &[usize]) -> f32 {
        let heard = self.heard(a, b);
        if heard.is_empty() {
            return 0.0;
        }
        let mean = heard.iter().sum::<f32>() / heard.len() as f32;
        let sure = (heard.len() as f32 / ENOUGH_PAIRS).min(1.0);
        OF_GROUPS * sure * (2.0 * mean - 1.0)
    }
}

/// Above which cosine two clusters are one voice, when the smaller one has `seconds`.
fn same_voice(seconds: f64) -> f32 {
    let sure = (seconds / SURE_SECONDS).min(1.0) as f32;
    SAME_VOICE_SHORT + sure * (SAME_VOICE_LONG - SAME_VOICE_SHORT)
}

/// Joins the nearest clusters again and again while `wanted` (their cosine, seconds of the smaller, clusters left).
fn merge(
    prints: &[Print],
    evidence: &Evidence,
    groups: &mut Vec<Vec<usize>>,
    wanted: impl Fn(f32, f64, usize) -> bool,
) {
    while let Some((a, b, similarity)) = nearest(prints, evidence, groups) {
        let smaller = seconds(prints, &groups[a]).min(seconds(prints, &groups[b]));
        if !wanted(similarity, smaller, groups.len()) {
            break;
        }
        let joined = groups.remove(b);
        groups[a].extend(joined);
    }
}

/// Cuts the tree finer until there are `hint` clusters that are not clearly one voice; else gives `groups` back.
fn split_further(
    prints: &[Print],
    evidence: &Evidence,
    groups: Vec<Vec<usize>>,
    hint: usize,
) -> Vec<Vec<usize>> {
    let mut best = groups;
    for cut in FINER_CUTS {
        let mut finer = tree_cut(prints, evidence, cut);
        drop_tiny(prints, evidence, &mut finer);
        merge(prints, evidence, &mut finer, |similarity, _, left| left > hint || similarity > CLEARLY_SAME);
        if finer.len() > best.len() {
            best = finer;
        }
        if best.len() >= hint {
            break;
        }
    }
    best
}

fn seconds(prints: &[Print], members: &[usize]) -> f64 {
    members.iter().map(|i| prints[*i].seconds).sum()
}

/// Forgets clusters too small to be somebody, unless all are; their prints go to the nearest speaker in the end.
fn drop_tiny(prints: &[Print], evidence: &Evidence, groups: &mut Vec<Vec<usize>>) {
    let most = groups.iter().map(|g| seconds(prints, g)).fold(0.0, f64::max);
    let (kept, small): (Vec<_>, Vec<_>) =
        groups.drain(..).partition(|g| seconds(prints, g) >= LEAST_SECONDS.min(most));
    *groups = kept;
    for group in small {
        let like = |other: &Vec<usize>| cosine(&centre(prints, &group), &centre(prints, other));
        let alien = groups.iter().all(|other| like(other) < ALIEN) && evidence.alien(&group, groups);
        if alien && seconds(prints, &group) >= LEAST_ALIEN_SECONDS {
            groups.push(group);
        }
    }
    groups.sort_by_key(|g| g.iter().min().copied());
}

fn note_more(hint: usize, found: usize) -> String {
    format!("{hint} speakers were expected, but {found} clearly different voices are heard")
}

fn note_fewer(hint: usize, found: usize) -> String {
    format!("{hint} speakers were expected, but only {found} different voices are heard")
}

/// Average linkage, cut at a distance; gives the members of each cluster.
fn tree_cut(prints: &[Print], evidence: &Evidence, distance: f32) -> Vec<Vec<usize>> {
    let n = prints.len();
    let mut groups: Vec<Option<Vec<usize>>> = (0..n).map(|i| Some(vec![i])).collect();
    if n > 1 {
        let mut condensed = Vec::with_capacity(n * (n - 1) / 2);
        for i in 0..n {
            condensed.extend((i + 1..n).map(|j| {
                let likeness = cosine(&prints[i].vector, &prints[j].vector);
                1.0 - likeness - evidence.of_pair(i, j)
            }));
        }
        for step in linkage(&mut condensed, n, Method::Average).steps() {
            // Steps are sorted by distance; the first too far ends the merging, but later labels must still exist.
            let merged = if step.dissimilarity <= distance {
                let (a, b) = (groups[step.cluster1].take(), groups[step.cluster2].take());
                a.zip(b).map(|(mut a, b)| {
                    a.extend(b);
                    a
                })
            } else {
                None
            };
            groups.push(merged);
        }
    }
    let mut groups: Vec<Vec<usize>> = groups.into_iter().flatten().collect();
    groups.sort_by_key(|g| g.iter().min().copied());
    groups
}

/// The two clusters with the nearest centres.
fn nearest(prints: &[Print], evidence: &Evidence, groups: &[Vec<usize>]) -> Option<(usize, usize, f32)> {
    let centres: Vec<Vec<f32>> = groups.iter().map(|g| centre(prints, g)).collect();
    let pairs = (0..groups.len()).flat_map(|a| (a + 1..groups.len()).map(move |b| (a, b)));
    let likeness =
        |a: usize, b: usize| cosine(&centres[a], &centres[b]) + evidence.of_groups(&groups[a], &groups[b]);
    pairs.map(|(a, b)| (a, b, likeness(a, b))).max_by(|x, y| x.2.total_cmp(&y.2))
}

/// Unit-length mean of a cluster's prints, weighted by their seconds.
fn centre(prints: &[Print], members: &[usize]) -> Vec<f32> {
    let mut sum = vec![0.0; prints.first().map_or(0, |p| p.vector.len())];
    for member in members {
        let weight = prints[*member].seconds as f32;
        sum.iter_mut().zip(&prints[*member].vector).for_each(|(s, v)| *s += weight * v);
    }
    unit(sum)
}

/// Centres, and every print given to the nearest.
fn finish(prints: &[Print], groups: &[Vec<usize>], note: Option<String>) -> Clusters {
    let centres: Vec<Vec<f32>> = groups.iter().map(|g| centre(prints, g)).collect();
    Clusters { centres, note }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prints of voices along different axes, with a little of an axis of their own mixed in.
    fn prints(voices: &[(usize, usize)]) -> Vec<Print> {
        let mut all = Vec::new();
        for (voice, count) in voices {
            for _ in 0..*count {
                let mut vector = vec![0.0; 64];
                vector[*voice] = 1.0;
                vector[10 + all.len()] = 0.5;
                all.push(Print { vector: unit(vector), seconds: 1.0 });
            }
        }
        all
    }

    fn unheard(_: usize, _: usize) -> Option<f32> {
        None
    }

    #[test]
    fn voices_are_counted() {
        assert_eq!(cluster(&prints(&[(0, 9)]), None, &unheard).centres.len(), 1);
        assert_eq!(cluster(&prints(&[(0, 5), (1, 5), (2, 2), (0, 4)]), None, &unheard).centres.len(), 3);
        assert!(cluster(&[], None, &unheard).centres.is_empty());
    }

    #[test]
    fn a_word_of_a_stranger_counts_when_the_network_hears_another_voice() {
        let mut all = prints(&[(0, 9), (1, 1)]);
        all[9].seconds = 0.5;
        let stranger = |i: usize, j: usize| Some(if (i == 9) == (j == 9) { 1.0 } else { 0.0 });
        assert_eq!(cluster(&all, None, &stranger).centres.len(), 2);
        assert_eq!(cluster(&all, None, &|_, _| Some(1.0)).centres.len(), 1);
        assert_eq!(cluster(&all, None, &unheard).centres.len(), 1);
    }

    #[test]
    fn a_hint_wins_where_voices_allow_it() {
        let three = prints(&[(0, 6), (1, 6), (2, 2)]);
        let two = cluster(&three, Some(2), &unheard);
        assert_eq!((two.centres.len(), two.note.is_some()), (2, false));
        let one = cluster(&three, Some(1), &unheard);
        assert_eq!((one.centres.len(), one.note.is_some()), (2, true));
        let four = cluster(&prints(&[(0, 3)]), Some(4), &unheard);
        assert!(four.centres.len() < 4 && four.note.is_some() || four.centres.len() == 4);
    }
}
