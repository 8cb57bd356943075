//! The parts of an HTTP request that authenticate it.

/// The method, the path and the fields `Authorization` and `DPoP` of a request, independent of the web framework.
///
/// ```
/// use auth_core::dpop::RequestHead;
///
/// let request = RequestHead::new("GET", "/me").authorization([&b"DPoP abc"[..]]).dpop([&b"def"[..]]);
/// ```
#[derive(Clone, Copy)]
pub struct RequestHead<'r> {
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    authorization: [Option<&'r [u8]>; 2],
    dpop: [Option<&'r [u8]>; 2],
}

impl<'r> RequestHead<'r> {
    /// The method as received (RFC 9110 §9.1), and the path of the URL as received, still percent-encoded. A query is ignored.
    #[must_use]
    pub fn new(method: &'r str, path: &'r str) -> Self {
        let path = path.split_once(['?', '#']).map_or(path, |(path, _)| path);
        Self { method, path, authorization: [None; 2], dpop: [None; 2] }
    }

    /// The values of all `Authorization` fields.
    #[must_use]
    pub fn authorization(mut self, fields: impl IntoIterator<Item = &'r [u8]>) -> Self {
        self.authorization = first_two(fields);
        self
    }

    /// The values of all `DPoP` fields.
    #[must_use]
    pub fn dpop(mut self, fields: impl IntoIterator<Item = &'r [u8]>) -> Self {
        self.dpop = first_two(fields);
        self
    }

    pub(crate) fn authorization_fields(&self) -> impl Iterator<Item = &'r [u8]> {
        self.authorization.into_iter().flatten()
    }

    pub(super) fn dpop_fields(&self) -> [Option<&'r [u8]>; 2] {
        self.dpop
    }
}

/// A third field changes nothing: two are an error.
fn first_two<'r>(fields: impl IntoIterator<Item = &'r [u8]>) -> [Option<&'r [u8]>; 2] {
    let mut fields = fields.into_iter();
    [fields.next(), fields.next()]
}

/// Shows no credentials.
impl std::fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestHead").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}
