//! Values within pages.

use serde_json::Value;

/// The value as an expression of a script that stands within a page: nothing in it ends the script or begins
/// another, whatever its texts say.
pub(super) fn in_script(value: &Value) -> String {
    let mut script = String::new();
    for sign in value.to_string().chars() {
        // Outside of strings JSON has none of these.
        match sign {
            '<' => script.push_str("\\u003c"),
            '>' => script.push_str("\\u003e"),
            '&' => script.push_str("\\u0026"),
            '\u{2028}' => script.push_str("\\u2028"),
            '\u{2029}' => script.push_str("\\u2029"),
            sign => script.push(sign),
        }
    }
    script
}

/// The text as content or attribute of HTML.
pub(super) fn in_html(text: &str) -> String {
    let mut html = String::new();
    for sign in text.chars() {
        match sign {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            sign => html.push(sign),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_text_leaves_its_script() {
        let odd = json!({"title": "</script><!--&\u{2028}\u{2029}\"'\\"});
        let script = in_script(&odd);
        for sign in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
            assert!(!script.contains(sign), "{script}");
        }
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&script).ok(),
            Some(odd)
        );
    }

    #[test]
    fn no_text_leaves_its_place_in_a_page() {
        let text = in_html("</title>&\"'");
        assert!(!text.contains(['<', '>', '"', '\'']), "{text}");
        assert_eq!(in_html("机场 A"), "机场 A");
    }
}
