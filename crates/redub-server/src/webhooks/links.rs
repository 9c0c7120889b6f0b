//! Links inside an event: made when it is sent or listed, so that they are fresh.

use serde_json::Value;

use crate::objects::Links;

/// How an event's data names a file of a job: `object:jobs/ID/NAME`.
const MARK: &str = "object:jobs/";

/// Puts a fresh link in the place of every such name among the members of `data`.
pub(crate) fn fill(links: &Links, base: &str, data: &mut Value) {
    let Value::Object(members) = data else { return };
    for value in members.values_mut() {
        let file = value.as_str().and_then(|text| text.strip_prefix(MARK)?.split_once('/'));
        if let Some((job, name)) = file {
            *value = Value::from(links.job_file(base, job, name));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_files_become_links_and_other_texts_stay() {
        let mut data = json!({"url": "object:jobs/ab-es/talk.es.mp4", "message": "object: a thing", "n": 1});
        fill(&Links::new([1; 32], Duration::from_secs(9)), "http://h", &mut data);
        let url = data["url"].as_str().unwrap();
        assert!(
            url.starts_with("http://h/files/jobs/ab-es/talk.es.mp4/talk.es.mp4?type=video%2Fmp4&expires="),
            "{url}"
        );
        assert_eq!((&data["message"], &data["n"]), (&json!("object: a thing"), &json!(1)));
    }
}
