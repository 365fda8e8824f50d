//! A chart of days, drawn as SVG.
//!
//! The drawing has attributes and no styles, which the policy of pages forbids; the style sheet colours it by the
//! brand, in light and in dark.

use plotters::prelude::*;

/// Width and height in pixels; the style sheet fits the drawing into its place.
const SIZE: (u32, u32) = (760, 260);
/// Room for the numbers beside and below, in pixels.
const BESIDE: u32 = 64;
const BELOW: u32 = 28;
/// The height of letters, in pixels.
const LETTERS: u32 = 15;
/// The highest bar that is drawn: 64 PiB, far from where numbers end, with which scales are computed.
const HIGHEST: i64 = 1 << 56;
/// By these the style sheet knows the two parts of a bar.
const LOWER: RGBColor = RGBColor(0x1f, 0x6f, 0xd6);
const UPPER: RGBColor = RGBColor(0xe0, 0x7b, 0x1f);

/// What one day has: two amounts, one drawn on top of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct DayBar {
    /// The lower part.
    pub(super) lower: i64,
    /// The upper part.
    pub(super) upper: i64,
}

impl DayBar {
    /// Where the lower part ends, and where the upper one does.
    fn ends(self) -> (i64, i64) {
        let lower = self.lower.clamp(0, HIGHEST);
        let upper = lower.saturating_add(self.upper.max(0));
        (lower, upper.min(HIGHEST))
    }
}

/// Draws a bar for each day of a month, the first being the 1st; `scale` writes an amount beside its line.
/// `None` where there is nothing to draw.
pub(super) fn days(bars: &[DayBar], scale: &dyn Fn(i64) -> String) -> Option<String> {
    let highest = bars.iter().map(|bar| bar.ends().1).max()?;
    if highest <= 0 {
        return None;
    }
    let mut svg = String::new();
    match draw(&mut svg, bars, highest, scale) {
        Ok(()) => Some(svg),
        Err(reason) => {
            tracing::error!(%reason, "a chart was not drawn");
            None
        }
    }
}

fn draw(
    svg: &mut String,
    bars: &[DayBar],
    highest: i64,
    scale: &dyn Fn(i64) -> String,
) -> Result<(), Box<dyn std::error::Error>> {
    let last = i32::try_from(bars.len())?;
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .x_label_area_size(BELOW)
        .y_label_area_size(BESIDE)
        .build_cartesian_2d((1..last).into_segmented(), 0..highest)
        .map_err(|error| error.to_string())?;
    let day = |segment: &SegmentValue<i32>| match segment {
        SegmentValue::CenterOf(day) | SegmentValue::Exact(day) => day.to_string(),
        SegmentValue::Last => String::new(),
    };
    let amount = |amount: &i64| scale(*amount);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(16)
        .y_labels(5)
        .x_label_formatter(&day)
        .y_label_formatter(&amount)
        .label_style(("sans-serif", LETTERS))
        .draw()
        .map_err(|error| error.to_string())?;
    let bar = |day: i32, from: i64, to: i64, colour: RGBColor| {
        let corners = [
            (SegmentValue::Exact(day), from),
            (SegmentValue::Exact(day + 1), to),
        ];
        let mut bar = Rectangle::new(corners, colour.filled());
        bar.set_margin(0, 0, 2, 2);
        bar
    };
    let days = || (1..=last).zip(bars).map(|(day, bar)| (day, bar.ends()));
    let lower = days().map(|(day, (lower, _))| bar(day, 0, lower, LOWER));
    let drawn = chart.draw_series(lower);
    drawn.map_err(|error| error.to_string())?;
    let upper = days().map(|(day, (lower, upper))| bar(day, lower, upper, UPPER));
    let drawn = chart.draw_series(upper);
    drawn.map_err(|error| error.to_string())?;
    area.present().map_err(|error| error.to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_has_its_bar_and_nothing_is_styled() {
        let mut bars = vec![DayBar::default(); 30];
        bars[2] = DayBar {
            lower: 700,
            upper: 300,
        };
        let svg = days(&bars, &|amount| format!("{amount} <B>")).unwrap();
        assert!(
            svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"),
            "{svg}"
        );
        assert!(svg.contains("#1F6FD6") && svg.contains("#E07B1F"));
        assert!(svg.contains("&lt;B&gt;") && !svg.contains("<B>"));
        for forbidden in ["style", "<script", "href", "onload"] {
            assert!(!svg.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let plain = |amount: i64| amount.to_string();
        assert_eq!(days(&[], &plain), None);
        assert_eq!(days(&[DayBar::default(); 28], &plain), None);
    }

    #[test]
    fn amounts_of_any_size_are_drawn() {
        let huge = DayBar {
            lower: i64::MAX,
            upper: i64::MAX,
        };
        let tiny = DayBar { lower: 1, upper: 0 };
        let plain = |amount: i64| amount.to_string();
        assert!(days(&[huge; 31], &plain).is_some());
        assert!(days(&[tiny], &plain).is_some());
    }
}
