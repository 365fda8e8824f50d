//! The parts of a multipart body.

use actix_multipart::Multipart;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use futures_util::StreamExt as _;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::storable;

/// How many files may come with one request.
const MOST_FILES: usize = 20;

/// A file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// The field that it came in.
    pub(super) field: String,
    /// What the client calls it.
    pub name: String,
    /// Its bytes.
    pub content: Bytes,
}

/// What a body has, in its order.
pub(crate) struct Parts {
    /// Texts with their names.
    pub(crate) pairs: Vec<(String, String)>,
    pub(super) files: Vec<UploadedFile>,
}

/// The parts of a body.
pub(crate) async fn read(headers: &HeaderMap, body: Bytes) -> Result<Parts, Fault> {
    let unreadable = || Fault::refused(Message::BodyUnreadable);
    let length = body.len();
    let whole = futures_util::stream::once(std::future::ready(Ok(body)));
    let mut multipart = Multipart::new(headers, whole);
    let mut parts = Parts {
        pairs: Vec::new(),
        files: Vec::new(),
    };
    while let Some(part) = multipart.next().await {
        let mut part = part.map_err(|_| unreadable())?;
        let disposition = part.content_disposition();
        let file_name = disposition.and_then(|about| about.get_filename().map(str::to_owned));
        let name = part.name().map(str::to_owned);
        let content = part.bytes(length).await.map_err(|_| unreadable())?;
        let content = content.map_err(|_| unreadable())?;
        let Some(name) = name else {
            continue;
        };
        let name = storable::part(name.into_bytes())?;
        let Some(file_name) = file_name else {
            parts.pairs.push((name, storable::part(content.into())?));
            continue;
        };
        if parts.files.len() >= MOST_FILES {
            return Err(Fault::refused(Message::FieldsTooMany));
        }
        parts.files.push(UploadedFile {
            field: name,
            name: storable::part(file_name.into_bytes())?,
            content,
        });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_TYPE, HeaderValue};

    use super::*;

    fn headers() -> HeaderMap {
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("multipart/form-data; boundary=x");
        headers.insert(CONTENT_TYPE, kind);
        headers
    }

    fn file(name: &str) -> String {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f.txt\"\r\n\
            Content-Type: text/plain\r\n\r\nfile\0\r\n"
        )
    }

    #[actix_web::test]
    async fn parts_are_fields_or_files() {
        let text = "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n a@b.c \r\n";
        let body = format!("{text}{}--x--\r\n", file("f"));
        let read = read(&headers(), body.into()).await.unwrap();
        assert_eq!(read.pairs, [("email".to_owned(), " a@b.c ".to_owned())]);
        let file = UploadedFile {
            field: "f".to_owned(),
            name: "f.txt".to_owned(),
            content: Bytes::from_static(b"file\0"),
        };
        assert_eq!(read.files, [file]);
    }

    #[actix_web::test]
    async fn what_is_broken_or_without_end_is_refused() {
        let broken = Bytes::from_static(b"--x\r\nContent-Disp");
        assert!(read(&headers(), broken).await.is_err());
        let files = |count: usize| format!("{}--x--\r\n", file("f").repeat(count));
        assert!(read(&headers(), files(MOST_FILES).into()).await.is_ok());
        assert!(
            read(&headers(), files(MOST_FILES + 1).into())
                .await
                .is_err()
        );
    }
}
