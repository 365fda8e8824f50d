//! Texts for cameras.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The least width and height of a drawing in pixels; the style sheet fits it into its place.
const SIZE: u32 = 208;

/// The text as an SVG drawing that can stand in a page; `None` where it is too long for one.
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    // Longer texts fit where less of the drawing may be lost.
    let code = code.or_else(|_| QrCode::with_error_correction_level(text, EcLevel::L));
    let code = code.ok()?;
    let mut renderer = code.render::<svg::Color<'_>>();
    let drawing = renderer.min_dimensions(SIZE, SIZE).build();
    // What stands before it is for files.
    let start = drawing.find("<svg")?;
    drawing.get(start..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn a_drawing_can_stand_in_a_page() {
        let drawing = svg("https://pay.test/?a=1&b=<script>").unwrap();
        assert!(drawing.starts_with("<svg") && drawing.ends_with("</svg>"));
        for forbidden in ["script>", "style", "pay.test"] {
            assert!(!drawing.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert!(svg(&"a".repeat(2_900)).is_some());
        assert_eq!(svg(&"a".repeat(3_000)), None);
    }
}
