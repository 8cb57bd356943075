use super::print_stdout;

/// Prints the document that the server serves at `/openapi.json`.
pub(crate) fn openapi() -> anyhow::Result<()> {
    print_stdout(&api_http::openapi_json())
}
