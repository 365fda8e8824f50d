//! Texts of operators: markdown and HTML, of which nothing is kept that does anything.

use std::fmt;
use std::sync::LazyLock;

use ammonia::Builder;
use askama::filters::HtmlSafe;
use pulldown_cmark::{Options, Parser, html};

/// HTML that has been cleaned; the only one that templates show as it is.
pub(crate) struct Prose(String);

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Prose {}

/// What may stand in a text: no script, no style, no form, and links that open nothing of ours.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .url_schemes(["https", "http", "mailto", "tg"].into())
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .add_tags(["details", "summary"]);
    cleaner
});

/// Markdown, in which HTML may stand, as HTML.
pub(crate) fn markdown(text: &str) -> Prose {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut made = String::with_capacity(text.len() * 2);
    html::push_html(&mut made, Parser::new_ext(text, options));
    Prose(CLEANER.clean(&made).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_something_is_left_out() {
        for nasty in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<a href='JaVaScRiPt:alert(1)'>x</a>",
            "<iframe src=https://evil.test></iframe>",
            "<p style='position:fixed'>x</p>",
            "<svg><script>alert(1)</script></svg>",
            "<form action=https://evil.test><input name=password></form>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        ] {
            let shown = markdown(nasty).to_string().to_lowercase();
            for trace in [
                "<script",
                "onerror",
                "javascript:",
                "<iframe",
                "style=",
                "<form",
                "<input",
            ] {
                assert!(!shown.contains(trace), "{nasty} became {shown}");
            }
        }
    }

    #[test]
    fn what_people_write_is_kept() {
        let shown = markdown("# Title\n\n**bold** [link](https://a.test)\n\n|a|b|\n|-|-|\n|1|2|")
            .to_string();
        assert!(shown.contains("<h1>Title</h1>") && shown.contains("<strong>bold</strong>"));
        assert!(
            shown.contains("rel=\"noopener noreferrer nofollow\"") && shown.contains("<table>")
        );
    }
}
