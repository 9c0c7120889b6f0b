//! The figures as a Markdown table.

use std::fmt::Write;

use super::{PairFigures, Strategies};

/// One row per pair and set.
pub fn markdown(pairs: &[PairFigures]) -> String {
    let mut table = String::from(
        "| pair | set | lines | chrF | formal / informal | register right | untranslated | words/s | engine |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for pair in pairs {
        for (name, set) in &pair.sets {
            let both = match set.chrf_by_reference[..] {
                [formal, informal] => format!("{formal:.1} / {informal:.1}"),
                _ => "-".to_owned(),
            };
            let right = set.register.and_then(|r| Some((r.accuracy?, r.matched)));
            let right = right.map_or("-".to_owned(), |(share, n)| format!("{:.0} % of {n}", 100.0 * share));
            let engines: Vec<String> = match set.engines.len() {
                0 | 1 => vec![pair.engine.clone()],
                _ => set.engines.iter().map(|(name, n)| format!("{name} {n}")).collect(),
            };
            let _ = writeln!(
                table,
                "| {}-{} | {name} | {} | {:.1} | {both} | {right} | {} | {:.0} | {} |",
                pair.from,
                pair.to,
                set.lines,
                set.chrf,
                set.untranslated,
                set.words_per_second,
                engines.join(", ")
            );
        }
    }
    lengths(&mut table, pairs);
    let gendered: Vec<_> = pairs.iter().filter_map(|p| Some((p, p.gender?))).collect();
    if !gendered.is_empty() {
        table.push_str("\n| pair | gendered words right | of the speaker | of the listener | words spoiled |\n|---|---|---|---|---|\n");
        for (pair, g) in gendered {
            let _ = writeln!(
                table,
                "| {}-{} | {} of {} | {} of {} | {} of {} | {} of {} |",
                pair.from,
                pair.to,
                g.right,
                g.words,
                g.speakers_right,
                g.speakers,
                g.listeners_right,
                g.listeners,
                g.spoiled,
                g.all
            );
        }
    }
    table
}

/// Lines within their budgets, where they had some.
fn lengths(table: &mut String, pairs: &[PairFigures]) {
    let mut rows = String::new();
    for pair in pairs {
        for (name, set) in &pair.sets {
            let Some(l) = set.lengths else { continue };
            let share = |lines: usize| 100.0 * lines as f64 / set.lines.max(1) as f64;
            let _ = writeln!(
                rows,
                "| {}-{} | {name} | {:.0} % | {:.0} % | {:.0} % | {} | {:.2} | {:.1} | {:.1} | {:.1} |",
                pair.from,
                pair.to,
                share(l.within_as_made),
                share(l.within),
                share(l.within_spoken),
                l.shortened,
                l.ratio,
                l.chrf_as_made,
                set.chrf,
                l.characters_per_second
            );
        }
    }
    if !rows.is_empty() {
        table.push_str(
            "\n| pair | set | within budget +10 % as made | shortened | by the voice's seconds | lines shortened | length / budget \
             | chrF as made | shortened | characters/s |\n|---|---|---|---|---|---|---|---|---|---|\n",
        );
        table.push_str(&rows);
    }
}

/// What a language model adds, a row per pair, set and way to use it.
pub fn strategies_markdown(rows: &[Strategies]) -> String {
    let mut table = String::from(
        "| pair | set | draft | drafts | model | judged | passed | parsed | s a line |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let figure = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.1}"));
    for row in rows {
        for (name, way) in &row.ways {
            let (lines, parsed) = (row.lines, row.lines - way.unparsed);
            let (draft, judged) = (figure(row.draft), figure(way.judged));
            let _ = writeln!(
                table,
                "| {} | {} | {draft} | {name} | {:.1} | {judged} | {} of {lines} | {parsed} of {lines} | {:.1} |",
                row.pair, row.set, way.chrf, way.kept, way.seconds_a_line
            );
        }
    }
    table
}
