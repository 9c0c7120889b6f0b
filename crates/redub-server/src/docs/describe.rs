//! What the description of the API holds beside the routes: keys, and a name for every operation.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi, PathItem, path::Operation};

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

#[cfg(test)]
mod tests {
    #[test]
    fn names_follow_from_method_and_path() {
        assert_eq!(super::name("get", "/v3/assets/{asset_id}"), "get_assets_by_asset_id");
        assert_eq!(super::name("post", "/v3/video-translations"), "post_video_translations");
    }
}
