use ferroboard_kernel::Random;

use crate::stored::Object;
use crate::{GiftCardError, Rewards};

/// What a mystery card may turn out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How likely it is, beside the weights of the others. Never leaves the server.
    weight: u64,
    /// What it gives.
    pub rewards: Rewards,
}

impl Outcome {
    /// An outcome of this weight.
    pub const fn new(weight: u64, rewards: Rewards) -> Self {
        Self { weight, rewards }
    }

    pub(crate) fn read(members: &Object) -> Result<Self, GiftCardError> {
        let weight = members.integer("weight")?.unwrap_or(0);
        let weight = u64::try_from(weight).map_err(|_| GiftCardError::Misconfigured)?;
        Ok(Self::new(weight, Rewards::read(members)?))
    }

    /// Draws one by weight. Refused where the weights have no sum.
    pub fn draw(outcomes: &[Self], random: &dyn Random) -> Result<Rewards, GiftCardError> {
        let sum = outcomes
            .iter()
            .try_fold(0_u64, |sum, outcome| sum.checked_add(outcome.weight))
            .filter(|sum| *sum > 0)
            .ok_or(GiftCardError::Misconfigured)?;
        let mut left = random.below(sum);
        for outcome in outcomes {
            match left.checked_sub(outcome.weight) {
                Some(rest) => left = rest,
                None => return Ok(outcome.rewards),
            }
        }
        // The number drawn is below the sum of the weights.
        Err(GiftCardError::Misconfigured)
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Cents;
    use ferroboard_testing::SeededRandom;

    use super::*;

    fn outcomes(weights: &[u64]) -> Vec<Outcome> {
        let numbered = (0_i64..).zip(weights);
        let outcome = |(number, weight): (i64, &u64)| {
            let rewards = Rewards {
                balance: Some(Cents::new(number)),
                ..Rewards::default()
            };
            Outcome::new(*weight, rewards)
        };
        numbered.map(outcome).collect()
    }

    /// How often each was drawn.
    fn drawn(weights: &[u64], times: usize, seed: u64) -> Vec<u32> {
        let (outcomes, random) = (outcomes(weights), SeededRandom::new(seed));
        let mut counts = vec![0; weights.len()];
        for _ in 0..times {
            let place = Outcome::draw(&outcomes, &random).unwrap().balance.unwrap();
            counts[usize::try_from(place.get()).unwrap()] += 1;
        }
        counts
    }

    #[test]
    fn without_weight_nothing_is_drawn() {
        assert_eq!(drawn(&[1, 0], 1_000, 1), [1_000, 0]);
        assert_eq!(drawn(&[0, 0, 3, 0], 1_000, 2), [0, 0, 1_000, 0]);
        let random = SeededRandom::new(3);
        for weights in [&[][..], &[0], &[0, 0], &[u64::MAX, 1]] {
            let refused = Outcome::draw(&outcomes(weights), &random);
            assert_eq!(refused, Err(GiftCardError::Misconfigured), "{weights:?}");
        }
    }

    /// Of draws that follow their weights, one sequence in 10,000 exceeds the bound: the 99.99 %
    /// quantile of chi-squared with four degrees of freedom is 23.51.
    #[test]
    #[allow(clippy::float_arithmetic, reason = "statistics of a test, not money")]
    fn draws_follow_their_weights() {
        let weights = [50, 30, 15, 4, 1];
        for seed in [1, 20, 300, 4_000, 50_000] {
            let counts = drawn(&weights, 100_000, seed);
            let chi_squared: f64 = weights
                .iter()
                .zip(&counts)
                .map(|(weight, count)| {
                    let expected = 1_000.0 * f64::from(u32::try_from(*weight).unwrap());
                    (f64::from(*count) - expected).powi(2) / expected
                })
                .sum();
            assert!(chi_squared < 23.51, "seed {seed}: {chi_squared} {counts:?}");
        }
    }
}
