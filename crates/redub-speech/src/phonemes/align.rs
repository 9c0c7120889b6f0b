//! Sounds of a phrase dealt out to its words.

/// Deals the sounds of a phrase to its words by likeness: `alone` holds each word's sounds read alone, and the
/// cheapest edit path between their concatenation and `spoken` says which sound belongs to which word.
pub fn deal(spoken: &str, alone: &[String]) -> Vec<String> {
    let mut dealt = vec![String::new(); alone.len()];
    if alone.is_empty() {
        return dealt;
    }
    let heard: Vec<char> = spoken.chars().collect();
    let expected: Vec<(char, usize)> =
        alone.iter().enumerate().flat_map(|(word, s)| s.chars().map(move |c| (c, word))).collect();
    for (c, word) in heard.iter().zip(owners(&heard, &expected)) {
        dealt[word].push(*c);
    }
    dealt.iter().map(|s| s.trim().to_owned()).collect()
}

/// The word of every heard sound: never decreasing, on the path of least cost.
fn owners(heard: &[char], expected: &[(char, usize)]) -> Vec<usize> {
    let (rows, columns) = (heard.len() + 1, expected.len() + 1);
    let mut cost = vec![0_u32; rows * columns];
    let at = |i: usize, j: usize| i * columns + j;
    (0..rows).for_each(|i| cost[at(i, 0)] = 2 * i as u32);
    (0..columns).for_each(|j| cost[at(0, j)] = 2 * j as u32);
    let change = |i: usize, j: usize| difference(heard[i - 1], expected[j - 1].0);
    for i in 1..rows {
        for j in 1..columns {
            let swapped = cost[at(i - 1, j - 1)] + change(i, j);
            let skipped = (cost[at(i - 1, j)]).min(cost[at(i, j - 1)]) + 2;
            cost[at(i, j)] = swapped.min(skipped);
        }
    }
    let mut owner = vec![0; heard.len()];
    let (mut i, mut j) = (heard.len(), expected.len());
    while i > 0 {
        let here = cost[at(i, j)];
        if j > 0 && here == cost[at(i - 1, j - 1)] + change(i, j) {
            (i, j) = (i - 1, j - 1);
            owner[i] = expected[j].1;
        } else if j > 0 && here == cost[at(i, j - 1)] + 2 {
            j -= 1;
        } else {
            i -= 1;
            owner[i] = expected.get(j).or(expected.last()).map_or(0, |e| e.1);
        }
    }
    owner
}

/// Cost of hearing one sound for another: vowels change into vowels more readily than into consonants.
fn difference(a: char, b: char) -> u32 {
    let vowel = |c: char| "aeiouyæɐɑɒɔəɚɛɜɨɪøœʊʌʏɯɤᵻ".contains(c);
    match (a == b, vowel(a) == vowel(b)) {
        (true, _) => 0,
        (false, true) => 3,
        (false, false) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::deal;

    #[test]
    fn merged_and_split_words_find_their_sounds() {
        let alone = ["ˈɪn", "ðə", "ˈɛnd"].map(str::to_owned);
        assert_eq!(deal("ɪnðɪ ˈɛnd", &alone), ["ɪn", "ðɪ", "ˈɛnd"]);
        let alone = ["nˈaɪntiːn ˈeɪɾi fˈoːɹ", "wˈʌz"].map(str::to_owned);
        assert_eq!(deal("nˈaɪntiːn ˈeɪɾi fˈoːɹ wʌz", &alone), ["nˈaɪntiːn ˈeɪɾi fˈoːɹ", "wʌz"]);
    }
}
