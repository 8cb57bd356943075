use super::print;

/// Prints what the server serves at `/openapi.json`.
pub(crate) fn openapi() -> anyhow::Result<()> {
    print(&api_http::openapi_json())
}
