//! What the description of the API holds beside the routes: keys, a name for every operation, and which answer leads where.

use std::collections::BTreeMap;

use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

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
    let mut known = Vec::new();
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            let name = name(method, path);
            known.push((path.clone(), name.clone()));
            operation.operation_id = Some(name);
        }
    }
    for (path, pointer, parameter) in SOURCES {
        let post = api.paths.paths.get_mut(path).and_then(|item| item.post.as_mut());
        if let Some(post) = post {
            link(post, pointer, parameter, &targets(&known, path, parameter));
        }
    }
    api
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

fn link(post: &mut Operation, pointer: &str, parameter: &str, targets: &[String]) {
    let good = post.responses.responses.iter_mut().find(|(status, _)| status.starts_with('2'));
    let Some((_, RefOr::T(answer))) = good else { return };
    let links = targets.iter().map(|target| {
        let id = format!("$response.body#{pointer}");
        let link = LinkBuilder::new().operation_id(target.clone()).parameter(parameter, id).build();
        (target.clone(), RefOr::T(link))
    });
    answer.links = links.collect::<BTreeMap<_, _>>();
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
        let api = crate::router::openapi();
        for (path, _, parameter) in super::SOURCES {
            let post = api.paths.paths[path].post.as_ref().unwrap();
            let links = post.responses.responses.values().filter_map(|answer| match answer {
                utoipa::openapi::RefOr::T(answer) => Some(answer.links.len()),
                utoipa::openapi::RefOr::Ref(_) => None,
            });
            assert!(links.sum::<usize>() > 0, "{path} leads nowhere with its {parameter}");
        }
    }
}
