use actix_web::web::Bytes;

/// A file that came with a form.
#[derive(Debug, Clone)]
#[allow(
    dead_code,
    reason = "no route takes a file yet; what it holds is tested"
)]
pub(crate) struct Upload {
    /// What its sender calls it: no path that may be opened.
    pub(crate) name: String,
    /// What its sender says that it is.
    pub(crate) media_type: Option<String>,
    /// Any bytes.
    pub(crate) content: Bytes,
}
