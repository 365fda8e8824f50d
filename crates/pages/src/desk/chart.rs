//! A chart of days, drawn without styles or scripts.

use ferroboard_kernel::Cents;

/// How wide and high the drawing is, in its own units.
const WIDTH: i64 = 720;
const HEIGHT: i64 = 180;
/// What stays free above the highest bar.
const ABOVE: i64 = 12;
/// What stays free between two bars, in hundredths of a bar.
const GAP: i64 = 25;

/// A bar of a chart.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    /// What it stands for, and how much.
    pub(super) label: String,
}

/// A chart of days.
pub(super) struct Chart {
    /// What it shows.
    pub(super) title: String,
    /// The bars from left to right.
    pub(super) bars: Vec<Bar>,
    /// The first and the last day.
    pub(super) ends: Option<(String, String)>,
    /// How much the highest bar is.
    pub(super) most: String,
}

impl Chart {
    pub(super) const WIDTH: i64 = WIDTH;
    pub(super) const HEIGHT: i64 = HEIGHT;

    /// A chart of what days came to; `written` says how amounts are written.
    pub(super) fn of(
        title: String,
        days: &[(String, Cents)],
        written: impl Fn(&Cents) -> String,
    ) -> Self {
        let most = days.iter().map(|(_, amount)| amount.get()).max();
        let most = most.unwrap_or_default().max(0);
        let count = i64::try_from(days.len()).unwrap_or(i64::MAX).max(1);
        let bars = (0_i64..).zip(days).map(|(index, (day, amount))| {
            // The places of bars are rounded each by itself, so that they end where the drawing does.
            let left = WIDTH.saturating_mul(index) / count;
            let right = WIDTH.saturating_mul(index.saturating_add(1)) / count;
            let width = (right - left).saturating_mul(100 - GAP) / 100;
            let height = height(amount.get(), most);
            Bar {
                x: left,
                y: HEIGHT - height,
                width: width.max(1),
                height,
                label: format!("{day}: {}", written(amount)),
            }
        });
        let ends = days.first().zip(days.last());
        Self {
            title,
            bars: bars.collect(),
            ends: ends.map(|((first, _), (last, _))| (first.clone(), last.clone())),
            most: written(&Cents::new(most)),
        }
    }
}

/// How high a bar is: the whole height for the most, and something for anything.
fn height(amount: i64, most: i64) -> i64 {
    if amount <= 0 || most <= 0 {
        return 0;
    }
    let room = i128::from(HEIGHT - ABOVE);
    let height = i128::from(amount) * room / i128::from(most);
    i64::try_from(height).unwrap_or(HEIGHT).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_the_drawing_and_the_highest_is_the_most() {
        let days: Vec<(String, Cents)> = [0, 50, 100, 1, -5]
            .map(|cents| (cents.to_string(), Cents::new(cents)))
            .into();
        let chart = Chart::of(String::new(), &days, ToString::to_string);
        let heights: Vec<i64> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, 84, 168, 1, 0]);
        let last = chart.bars.last().unwrap();
        assert!(last.x + last.width <= WIDTH && last.x > WIDTH / 2);
        assert!(chart.bars.iter().all(|bar| bar.y + bar.height == HEIGHT));
        assert_eq!(chart.ends, Some(("0".to_owned(), "-5".to_owned())));
        let empty = Chart::of(String::new(), &[], ToString::to_string);
        assert!(empty.bars.is_empty() && empty.ends.is_none());
        let huge = [("a".to_owned(), Cents::new(i64::MAX))];
        assert_eq!(
            Chart::of(String::new(), &huge, ToString::to_string).bars[0].height,
            168
        );
    }
}
