use redub_models::ModelStore;
use redub_translate::bench::{self, References};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let store = ModelStore::new(ModelStore::default_root());
    let mut options = redub_translate::Options::default();
    if a[3] == "formal" {
        options.register = Some(redub_translate::Register::Formal)
    }
    if a[3] == "informal" {
        options.register = Some(redub_translate::Register::Informal)
    }
    let refs = References::new(std::path::Path::new("/work/shared/text"));
    let mut all = vec![];
    for p in a[1].split(',') {
        let pair = p.parse().unwrap();
        let f = bench::bench(&store, &refs, &pair, a[2].parse().unwrap(), &options, &mut |set, s, t| {
            let out: String = s.iter().zip(t).map(|(s, t)| format!("{s}\t{t}\n")).collect();
            std::fs::create_dir_all("/tmp/tb").unwrap();
            std::fs::write(format!("/tmp/tb/{p}.{set}.{}.tsv", a[3]), out).unwrap();
        })
        .unwrap();
        all.push(f);
    }
    println!("{}", bench::markdown(&all));
}
