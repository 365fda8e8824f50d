//! Codes that are sent in pieces: however many they are, few are at hand at once.

use std::pin::Pin;

use actix_web::body::{BodyStream, BoxBody};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpRequest, HttpResponse, Responder};
use ferroboard_kernel::GiftCardId;
use futures_util::Stream;

use crate::Panel;
use crate::answer::fault::Fault;

/// Codes as they are read, each behind its card's number.
type Portion = Vec<(GiftCardId, String)>;
type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Error>>>>;

/// Answers 200 with the codes of a batch as a file. They are as good as money: no cache keeps them.
pub(crate) struct Export {
    name: String,
    kind: &'static str,
    pieces: Pieces,
}

/// A batch that there is, with its first codes.
pub(super) struct Batch {
    name: String,
    first: Portion,
    panel: Data<Panel>,
}

impl Batch {
    /// A batch to be exported, of which there has to be a card.
    pub(super) async fn open(name: String, panel: Data<Panel>) -> Result<Self, Fault> {
        let named = name.clone();
        let run = panel.run(move |app| async move {
            let codes = &app.administration.gift_codes;
            codes.begin_export(&named).await
        });
        let first = run.await?;
        Ok(Self { name, first, panel })
    }

    /// A code on each line.
    pub(super) fn lines(self) -> Export {
        let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let name: String = self.name.chars().filter(|sign| plain(*sign)).collect();
        Export {
            name: format!("gift_cards_{name}.txt"),
            kind: "text/plain; charset=UTF-8",
            // Between the codes, and not behind the last.
            pieces: self.pieces(String::new(), |code, is_first| {
                let between = if is_first { "" } else { "\n" };
                format!("{between}{code}")
            }),
        }
    }

    /// A table with this head, and a line for each code.
    pub(super) fn table(self, head: &str, line: impl Fn(&str) -> String + 'static) -> Export {
        Export {
            name: "gift_codes.csv".to_owned(),
            kind: "text/csv; charset=UTF-8",
            pieces: self.pieces(head.to_owned(), move |code, _| line(code)),
        }
    }

    fn pieces(self, head: String, write: impl Fn(&str, bool) -> String + 'static) -> Pieces {
        let Self {
            name: batch,
            first,
            panel,
        } = self;
        let begun = (head, first, true);
        let pieces = futures_util::stream::try_unfold(
            (begun, batch, panel, write),
            |((mut text, portion, mut is_first), batch, panel, write)| async move {
                let Some((last, _)) = portion.last() else {
                    return Ok::<_, Error>(None);
                };
                let last = *last;
                for (_, code) in &portion {
                    text.push_str(&write(code, is_first));
                    is_first = false;
                }
                let named = batch.clone();
                let run = panel.run(move |app| async move {
                    let codes = &app.administration.gift_codes;
                    codes.export(&named, last).await
                });
                let next = run.await.inspect_err(|fault| {
                    let cause = fault.cause().unwrap_or_default();
                    tracing::error!(cause, "an export was cut off");
                })?;
                let begun = (String::new(), next, is_first);
                Ok(Some((Bytes::from(text), (begun, batch, panel, write))))
            },
        );
        Box::pin(pieces)
    }
}

impl Responder for Export {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok().body(BodyStream::new(self.pieces));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        if let Ok(disposition) = HeaderValue::try_from(disposition) {
            headers.insert(CONTENT_DISPOSITION, disposition);
        }
        response
    }
}
