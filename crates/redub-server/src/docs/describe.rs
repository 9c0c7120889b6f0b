//! What the description of the API holds beside the routes: keys, a name for every operation, and which answer leads where.

use serde_json::{Map, Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi, PathItem};

/// Where ids come from: the path of a POST, where its answer holds the id, and the parameter that takes it.
const SOURCES: [(&str, &str, &str); 10] = [
    ("/v3/assets", "/data/asset_id", "asset_id"),
    ("/v3/assets/direct-uploads", "/data/asset_id", "asset_id"),
    ("/v3/assets/direct-uploads/batches", "/data/batch_id", "batch_id"),
    ("/v3/brand-glossaries", "/data/brand_glossary_id", "brand_glossary_id"),
    ("/v3/lipsyncs", "/data/lipsync_id", "lipsync_id"),
    ("/v3/lipsyncs/batches", "/data/batch_id", "batch_id"),
    ("/v3/video-translations", "/data/video_translation_ids/0", "video_translation_id"),
    ("/v3/video-translations/batches", "/data/batch_id", "batch_id"),
    ("/v3/video-translations/proofreads", "/data/proofread_ids/0", "proofread_id"),
    ("/v3/webhooks/endpoints", "/data/endpoint_id", "endpoint_id"),
];

/// Completes the description of all routes.
pub fn complete(mut api: OpenApi) -> OpenApi {
    let components = api.components.get_or_insert_default();
    let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key")));
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("ApiKeyAuth".to_owned(), key);
    components.security_schemes.insert("BearerAuth".to_owned(), bearer);
    let none: [&str; 0] = [];
    api.security = Some(["ApiKeyAuth", "BearerAuth"].map(|name| SecurityRequirement::new(name, none)).into());
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
        }
    }
    api
}

/// The description as JSON, with links from the answers that hold an id to the operations that take it. (The library would
/// write `operation_id`, which no reader of links knows.)
pub fn linked(api: &OpenApi) -> Value {
    let mut json = serde_json::to_value(api).unwrap_or_default();
    let known: Vec<(String, String)> = api
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| names(item).into_iter().map(|name| (path.clone(), name)))
        .collect();
    for (path, pointer, parameter) in SOURCES {
        let answers = json.pointer_mut(&format!("/paths/{}/post/responses", path.replace('/', "~1")));
        let Some(answers) = answers.and_then(Value::as_object_mut) else { continue };
        for (_, answer) in answers.iter_mut().filter(|(status, _)| status.starts_with('2')) {
            let id = format!("$response.body#{pointer}");
            let link = |target: String| {
                (target.clone(), json!({ "operationId": target, "parameters": { parameter: id } }))
            };
            answer["links"] =
                targets(&known, path, parameter).into_iter().map(link).collect::<Map<_, _>>().into();
        }
    }
    json
}

fn names(item: &PathItem) -> Vec<String> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [get, post, put, patch, delete].into_iter().flatten().filter_map(|o| o.operation_id.clone()).collect()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [("get", get), ("post", post), ("put", put), ("patch", patch), ("delete", delete)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `GET /v3/assets/{asset_id}` → `get_assets_by_asset_id`: functions of one name stand in every folder.
fn name(method: &str, path: &str) -> String {
    let parts = path.trim_start_matches("/v3").split('/').filter(|part| !part.is_empty());
    let words = parts.map(|part| {
        let word = part.trim_start_matches('{').trim_end_matches('}').replace('-', "_");
        if part.starts_with('{') { format!("by_{word}") } else { word }
    });
    std::iter::once(method.to_owned()).chain(words).collect::<Vec<_>>().join("_")
}

/// Names of the operations that take an id from `source`. Batches of every kind share a parameter's name, not their ids.
fn targets(known: &[(String, String)], source: &str, parameter: &str) -> Vec<String> {
    let resource: String = source.split('/').take(3).collect::<Vec<_>>().join("/");
    let takes = |path: &str| {
        path.contains(&format!("{{{parameter}}}"))
            && !path.starts_with("/uploads/")
            && (parameter != "batch_id" || path.starts_with(&resource))
    };
    known.iter().filter(|(path, _)| takes(path)).map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_follow_from_method_and_path() {
        assert_eq!(super::name("get", "/v3/assets/{asset_id}"), "get_assets_by_asset_id");
        assert_eq!(super::name("post", "/v3/video-translations"), "post_video_translations");
    }

    #[test]
    fn ids_lead_to_the_operations_that_take_them() {
        let json = super::linked(&crate::router::openapi());
        for (path, _, parameter) in super::SOURCES {
            let answers = json["paths"][path]["post"]["responses"].as_object().unwrap();
            let links = answers.values().filter_map(|a| a["links"].as_object()).map(serde_json::Map::len);
            assert!(links.sum::<usize>() > 0, "{path} leads nowhere with its {parameter}");
        }
    }
}
