//! Japanese and Chinese: lines given as captions, spoken, heard back.

use crate::support::{figure, finish, output, sample, translate};

const JAPANESE: [&str; 3] = [
    "こんにちは、マヤです。パリで100人の人に会いました。",
    "私の声はコンピューターで作られています。",
    "この荷物の重さは2.5キロです。",
];
const CHINESE: [&str; 3] = [
    "大家好，今年3月我在重庆见到了100个人。",
    "我的声音是电脑做的，有50%的人听不出来。",
    "你觉得怎么样，这个很有意思。",
];

#[test]
fn lines_without_spaces_are_spoken_and_understood() {
    for (language, lines) in [("ja", JAPANESE), ("zh", CHINESE)] {
        let out = tempfile::tempdir().unwrap();
        let srt = out.path().join("given.srt");
        let cue = |(i, text): (usize, &&str)| {
            format!("{}\n00:00:{:02},000 --> 00:00:{:02},500\n{text}\n", i + 1, i * 5, i * 5 + 4)
        };
        std::fs::write(&srt, lines.iter().enumerate().map(cue).collect::<Vec<_>>().join("\n")).unwrap();
        let more =
            ["--translate-audio-only", "--captions", "--srt", srt.to_str().unwrap(), "--srt-role", "output"];
        let run = finish(&mut translate(&sample(), language, out.path(), &more)).ok();
        assert!(!run.stderr.contains("WARN"), "{}", run.stderr);
        let made = output(out.path(), language);
        let details = made["details"].as_array().unwrap();
        assert_eq!(details.len(), lines.len());
        let errors: f64 = details.iter().map(|line| figure(line, "error_rate")).sum();
        assert!(errors / lines.len() as f64 <= 0.15, "{details:?}");
        let captions = std::fs::read_to_string(out.path().join(format!("presenter.{language}.srt"))).unwrap();
        let text: String = captions.lines().filter(|l| !l.contains("-->")).collect();
        assert!(lines.iter().all(|l| text.contains(&l[l.len() - 12..])), "{captions}");
    }
}
