//! The panel in numbers.

use ferroboard_kernel::{UnixSeconds, Zone};

use crate::Error;
use crate::administration::context::AdminContext;
use crate::administration::remembered::{Figure, Remembered};
use crate::administration::statistics::views::{FigureTimes, Figures};

/// The panel in numbers, which count from midnight of the site's zone.
pub struct Dashboard {
    context: AdminContext,
    figures: Remembered<UnixSeconds, Figures>,
}

impl Dashboard {
    pub(crate) fn new(context: AdminContext) -> Self {
        Self {
            context,
            figures: Remembered::default(),
        }
    }

    /// All figures. On a panel of ordinary size they are of this moment.
    pub async fn figures(&self) -> Result<Figures, Error> {
        let store = self.context.ports.store.admin()?;
        let times = times(self.context.ports.clock.now(), self.context.options.zone);
        let figures = self.figures.get(times.today, async {
            let value = store.sum_figures(&times).await?;
            let rows = value.rows;
            Ok(Figure { value, rows })
        });
        figures.await
    }
}

fn times(now: UnixSeconds, zone: Zone) -> FigureTimes {
    let month = zone.start_of_month(now);
    FigureTimes {
        now,
        today: zone.start_of_day(now),
        yesterday: zone.start_of_day_before(now),
        month,
        last_month: zone.months_before(month, 1),
        month_before: zone.months_before(month, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_those_of_the_zone() {
        // 2025-01-01 00:10 in Shanghai, which is still 2024 in Greenwich.
        let times = times(UnixSeconds::new(1_735_661_400), Zone::default());
        assert_eq!(times.today.get(), 1_735_660_800);
        assert_eq!(times.month, times.today);
        assert_eq!(times.yesterday.get(), 1_735_574_400);
        assert_eq!(times.last_month.get(), 1_732_982_400);
        assert_eq!(times.month_before.get(), 1_730_390_400);
    }
}
